using System.Numerics.Tensors;

namespace NeuralCore.Data;

/// <summary>
/// Images of one byte a value with a label each, held as they were read: a quarter of the memory of floats, and small
/// enough (47 MB for MNIST) that a shuffled epoch finds much of it in the cache.
/// </summary>
public sealed class LabelledImages : IDataset
{
    private readonly ReadOnlyMemory<byte> _pixels;
    private readonly ReadOnlyMemory<byte> _labels;
    private readonly int _imageLength;

    /// <summary>Pairs images with their labels, without copying either.</summary>
    /// <param name="pixels">Images x height x width x channels bytes, row-major.</param>
    /// <param name="labels">One label an image, each below <paramref name="classes"/>.</param>
    /// <param name="height">The rows of an image, at least 1.</param>
    /// <param name="width">The columns of an image, at least 1.</param>
    /// <param name="classes">The number of classes, 1 to 256.</param>
    /// <param name="channels">The values of a pixel, at least 1: 1 for brightness, 3 for red, green and blue.</param>
    /// <exception cref="ArgumentException">The counts of images and labels disagree, a label is outside the classes, or a number is out of its range.</exception>
    public LabelledImages(ReadOnlyMemory<byte> pixels, ReadOnlyMemory<byte> labels, int height, int width, int classes = 10, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 256);
        ItemShape = new Shape(height, width, channels);
        _imageLength = ItemShape.Count;
        if (pixels.Length != (long)labels.Length * _imageLength)
        {
            throw new ArgumentException(
                $"{labels.Length:N0} labels of {ItemShape} images need {(long)labels.Length * _imageLength:N0} bytes, "
                + $"and there are {pixels.Length:N0}.",
                nameof(pixels));
        }

        int stranger = labels.Span.IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (stranger >= 0)
        {
            throw new ArgumentException(
                $"Label {labels.Span[stranger]} at position {stranger:N0} is outside the {classes} classes.", nameof(labels));
        }

        _pixels = pixels;
        _labels = labels;
        Classes = classes;
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <summary>The rows of an image.</summary>
    public int Height => ItemShape[0];

    /// <summary>The columns of an image.</summary>
    public int Width => ItemShape[1];

    /// <summary>The values of a pixel: one, its brightness, or red, green and blue.</summary>
    public int Channels => ItemShape[2];

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public Shape ItemShape { get; }

    /// <inheritdoc/>
    public bool IsConcurrent => true;

    /// <summary>The names of the classes, in their order; null if the classes have numbers alone.</summary>
    /// <exception cref="ArgumentException">The number of names is not that of the classes.</exception>
    public IReadOnlyList<string>? ClassNames
    {
        get;
        init => field = value is null || value.Count == Classes
            ? value
            : throw new ArgumentException($"There are {Classes} classes and {value.Count} names: give each class one.", nameof(value));
    }

    /// <summary>The labels of all images, in order.</summary>
    public ReadOnlySpan<byte> Labels => _labels.Span;

    /// <summary>The pixels of one image, Height x Width x Channels, row-major, 0 to 255.</summary>
    /// <param name="index">The image, in [0, Count).</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Pixels(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _pixels.Span.Slice(index * _imageLength, _imageLength);
    }

    /// <inheritdoc/>
    public void ReadItem(int index, Span<float> destination) =>
        TensorPrimitives.ConvertTruncating(Pixels(index), destination);

    /// <inheritdoc/>
    public void Expect(int index) => Prefetch.Bytes(Pixels(index));

    /// <inheritdoc/>
    public int Label(int index) => _labels.Span[index];
}
