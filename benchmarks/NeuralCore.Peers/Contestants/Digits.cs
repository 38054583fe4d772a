using System.Numerics.Tensors;
using NeuralCore.Data;

namespace NeuralCore.Peers.Contestants;

/// <summary>
/// MNIST for all contestants. NeuralCore reads bytes and divides by 255 in every step, as it does in a real run; the others
/// get that work done beforehand.
/// </summary>
internal sealed class Digits(LabelledImages train, LabelledImages test)
{
    /// <summary>The training images as bytes.</summary>
    public LabelledImages Train { get; } = train;

    /// <summary>The test images as bytes.</summary>
    public LabelledImages Test { get; } = test;

    /// <summary>The test images' pixels, in [0, 1], images x 28 x 28.</summary>
    public float[] TestPixels { get; } = Pixels(test, test.Count);

    /// <summary>The pixels of the first training images, in [0, 1], images x 28 x 28.</summary>
    public float[] TrainPixels(int images) => Pixels(Train, images);

    private static float[] Pixels(LabelledImages data, int images)
    {
        int length = data.ItemShape.Count;
        var pixels = new float[images * length];
        for (int i = 0; i < images; i++)
        {
            data.ReadItem(i, pixels.AsSpan(i * length, length));
        }

        TensorPrimitives.Divide(pixels, 255f, pixels);
        return pixels;
    }
}
