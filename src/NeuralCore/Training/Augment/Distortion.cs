namespace NeuralCore;

/// <summary>What is done to one image: the amounts that were drawn for it.</summary>
/// <param name="Angle">Turned clockwise, in radians.</param>
/// <param name="ShiftX">Moved to the right, in pixels.</param>
/// <param name="ShiftY">Moved down, in pixels.</param>
/// <param name="ZoomX">Enlarged sideways by this factor.</param>
/// <param name="ZoomY">Enlarged up and down by this factor.</param>
/// <param name="Shear">Pixels a row is moved sideways for each row below the middle.</param>
/// <param name="Thickness">Pixels added to each side of a stroke, in [-1, 1].</param>
/// <param name="Blur">The part of the mean of a pixel and its four neighbours, in [0, 1].</param>
/// <param name="Contrast">The factor of all pixels.</param>
/// <param name="Noise">The standard deviation of the noise, in pixel values.</param>
internal readonly record struct Distortion(
    double Angle, double ShiftX, double ShiftY, double ZoomX, double ZoomY, double Shear, float Thickness, float Blur, float Contrast,
    float Noise)
{
    /// <summary>The distortion that changes nothing.</summary>
    public static Distortion None => new(0, 0, 0, 1, 1, 0, 0, 0, 1, 0);

    /// <summary>Draws the amounts for one image.</summary>
    /// <param name="limits">How large they may be.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="width">The image's columns.</param>
    /// <param name="random">The image's random numbers.</param>
    public static Distortion Draw(Augmentation limits, int height, int width, ImageRandom random)
    {
        (double angle, double shiftX, double shiftY, double zoom) = random.Signed(0);
        (double stretch, double shear, double thickness, double contrast) = random.Signed(1);

        // Blurred or noisy, never both: strong amounts of each can then be learnt.
        (double dirt, _, _, _) = random.Signed(2);
        double bothWays = Math.Exp(zoom * Math.Log(1 + limits.Zoom)), sideways = Math.Exp(stretch * Math.Log(1 + limits.Stretch) / 2);
        return new Distortion(
            angle * limits.Rotation * Math.PI / 180,
            shiftX * limits.Shift * width,
            shiftY * limits.Shift * height,
            bothWays * sideways,
            bothWays / sideways,
            shear * limits.Shear,
            (float)(thickness * limits.Thickness),
            (float)(Math.Max(0, -dirt) * limits.Blur),
            (float)(1 - (limits.Contrast * (contrast + 1) / 2)),
            (float)(Math.Max(0, dirt) * limits.Noise * 255));
    }
}
