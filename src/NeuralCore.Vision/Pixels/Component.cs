namespace NeuralCore.Vision.Pixels;

/// <summary>Ink in one piece: pixels that touch by a side or a corner.</summary>
/// <param name="Label">Its number in <see cref="ConnectedComponents.Labels"/>, counted from 1.</param>
/// <param name="Box">The smallest box around it.</param>
/// <param name="Area">Its pixels.</param>
public readonly record struct Component(int Label, Box Box, int Area)
{
    /// <summary>How many of a picture's four edges it touches.</summary>
    public int EdgesTouched(int pictureWidth, int pictureHeight) =>
        (Box.X == 0 ? 1 : 0) + (Box.Y == 0 ? 1 : 0) + (Box.Right == pictureWidth ? 1 : 0) + (Box.Bottom == pictureHeight ? 1 : 0);
}
