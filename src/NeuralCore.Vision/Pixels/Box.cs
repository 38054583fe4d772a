namespace NeuralCore.Vision.Pixels;

/// <summary>A rectangle of whole pixels. Its right and bottom edges are the first column and row outside of it.</summary>
/// <param name="X">The leftmost column.</param>
/// <param name="Y">The topmost row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct Box(int X, int Y, int Width, int Height)
{
    /// <summary>The first column right of the box.</summary>
    public int Right => X + Width;

    /// <summary>The first row below the box.</summary>
    public int Bottom => Y + Height;

    /// <summary>Pixels in the box.</summary>
    public int Area => Width * Height;

    /// <summary>The smallest box around two.</summary>
    public Box Union(Box other)
    {
        (int x, int y) = (Math.Min(X, other.X), Math.Min(Y, other.Y));
        return new Box(x, y, Math.Max(Right, other.Right) - x, Math.Max(Bottom, other.Bottom) - y);
    }

    /// <summary>The box grown by a margin on each side, and cut at the edges of a picture.</summary>
    public Box Grown(int margin, int pictureWidth, int pictureHeight)
    {
        (int x, int y) = (Math.Max(X - margin, 0), Math.Max(Y - margin, 0));
        return new Box(x, y, Math.Min(Right + margin, pictureWidth) - x, Math.Min(Bottom + margin, pictureHeight) - y);
    }

    /// <summary>The box in a picture that is this many times as large in both directions.</summary>
    public Box EnlargedBy(int factor) => new(X * factor, Y * factor, Width * factor, Height * factor);

    /// <summary>The columns and rows that lie between two boxes, whichever is more; 0 where they touch or overlap.</summary>
    public int Gap(Box other) => Math.Max(0, Math.Max(Math.Max(other.X - Right, X - other.Right), Math.Max(other.Y - Bottom, Y - other.Bottom)));
}
