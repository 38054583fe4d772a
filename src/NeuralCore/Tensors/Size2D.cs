namespace NeuralCore;

/// <summary>
/// Two numbers, along the rows and along the columns of an image: the size of a kernel, the strides of its windows. An <see cref="int"/> stands
/// for two equal ones, and a tuple for any: <c>new Conv2D(16, 3)</c>, <c>new Conv2D(16, (3, 1))</c>.
/// </summary>
/// <param name="Height">The number of rows, or what counts down the image.</param>
/// <param name="Width">The number of columns, or what counts across it.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>The same number along both axes.</summary>
    public static implicit operator Size2D(int size) => new(size, size);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>The two joined by x: <c>3x1</c>.</summary>
    public override string ToString() => $"{Height}x{Width}";
}
