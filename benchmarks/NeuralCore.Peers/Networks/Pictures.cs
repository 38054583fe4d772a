using System.Numerics.Tensors;
using NeuralCore.Data;

namespace NeuralCore.Peers.Networks;

/// <summary>
/// MNIST for all contestants, as large and as colourful as a network takes it. NeuralCore reads bytes and divides by 255 in every step, as it does in
/// a real run; the others get that work done beforehand.
/// </summary>
internal sealed class Pictures
{
    private Pictures(IDataset train, IDataset test) => (Train, Test) = (train, test);

    /// <summary>The training images as bytes.</summary>
    public IDataset Train { get; }

    /// <summary>The test images as bytes.</summary>
    public IDataset Test { get; }

    /// <summary>The shape of an image.</summary>
    public Shape Shape => Train.ItemShape;

    /// <summary>Makes the images that a network takes.</summary>
    public static Pictures For(PeerNetwork network, LabelledImages train, LabelledImages test) =>
        network.Input == train.ItemShape ? new Pictures(train, test) : new Pictures(new Tinted(train, network.Input), new Tinted(test, network.Input));

    /// <summary>The first images of a set in [0, 1], channels last.</summary>
    public static float[] Pixels(IDataset data, int images)
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

    /// <summary>Digits in the middle of larger images, in a colour that follows from their number.</summary>
    private sealed class Tinted(LabelledImages digits, Shape shape) : IDataset
    {
        public int Count => digits.Count;

        public Shape ItemShape => shape;

        public int Classes => digits.Classes;

        public bool IsConcurrent => true;

        public int Label(int index) => digits.Label(index);

        public void ReadItem(int index, Span<float> destination)
        {
            destination.Clear();
            ReadOnlySpan<byte> pixels = digits.Pixels(index);
            (int height, int width, int channels) = (shape[0], shape[1], shape[2]);
            int top = (height - digits.Height) / 2, left = (width - digits.Width) / 2;
            for (int i = 0; i < digits.Height; i++)
            {
                for (int j = 0; j < digits.Width; j++)
                {
                    for (int c = 0; c < channels; c++)
                    {
                        // Halves, thirds and wholes of the brightness, and a ground that is not black: pictures have few zeros.
                        float part = 1f / (1 + ((index + c) % 3));
                        destination[((((i + top) * width) + j + left) * channels) + c] = 20 + (part * pixels[(i * digits.Width) + j] * 0.9f);
                    }
                }
            }
        }
    }
}
