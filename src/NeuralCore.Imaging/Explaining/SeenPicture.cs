namespace NeuralCore.Imaging.Explaining;

/// <summary>A picture as the network saw it, and the answer.</summary>
/// <param name="Pixels">The picture, height x <paramref name="Width"/> x <see cref="Channels"/>, row-major, 0 to 255.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Probabilities">The probability of each class, in [0, 1].</param>
/// <param name="Gradient">The gradient of the answer's score with respect to each value of the picture; null if it is not known.</param>
public sealed record SeenPicture(byte[] Pixels, int Width, float[] Probabilities, float[]? Gradient)
{
    /// <summary>1: ink, light on black; 3: red, green and blue.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The names of the classes; null if they have numbers alone.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The regions that raise the answer's score; null if they are not known.</summary>
    public RegionMap? Regions { get; init; }

    /// <summary>What a class is called.</summary>
    internal string NameOf(int c) => c < ClassNames?.Count ? ClassNames[c] : $"{c}";
}

/// <summary>How much each region of a picture adds to a score, as by <see cref="Report.GradCam"/>.</summary>
/// <param name="Values">rows x <paramref name="Columns"/> values of at least 0, row-major.</param>
/// <param name="Columns">The regions beside one another.</param>
public sealed record RegionMap(float[] Values, int Columns);
