using System.Numerics.Tensors;

namespace NeuralCore;

/// <summary>How raw values become a network's input. It is part of the model and stored with it.</summary>
public enum Preprocessing
{
    /// <summary>Values are taken as they are.</summary>
    None,

    /// <summary>Pixels 0 to 255 become x / 255, in [0, 1].</summary>
    Scale,

    /// <summary>
    /// Each image column (each channel of it) is divided by its L2 norm, as <c>tf.keras.utils.normalize(x, axis=1)</c> does to
    /// N x height x width; a column of zeros stays as it is.
    /// </summary>
    L2Columns,
}

/// <summary>Applies a <see cref="Preprocessing"/>.</summary>
public static class PreprocessingExtensions
{
    /// <summary>Says that a preprocessing is for items of a shape.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal static void RequireFit(this Preprocessing preprocessing, Shape shape)
    {
        if (preprocessing == Preprocessing.L2Columns && shape.Rank != 3)
        {
            throw new ArgumentException($"Columns can be normalised in an image of height x width x channels, not in {shape}.");
        }
    }

    /// <summary>Turns one raw item into a network's input, in place.</summary>
    /// <param name="preprocessing">What to do.</param>
    /// <param name="shape">The item's shape.</param>
    /// <param name="item">The item, row-major.</param>
    public static void Apply(this Preprocessing preprocessing, Shape shape, Span<float> item)
    {
        switch (preprocessing)
        {
            case Preprocessing.Scale:
                TensorPrimitives.Divide(item, 255f, item);
                break;
            case Preprocessing.L2Columns:
                NormalizeColumns(item, shape[0], shape[1] * shape[2]);
                break;
        }
    }

    private static void NormalizeColumns(Span<float> item, int rows, int columns)
    {
        for (int column = 0; column < columns; column++)
        {
            double sum = 0;
            for (int row = 0; row < rows; row++)
            {
                double value = item[(row * columns) + column];
                sum += value * value;
            }

            float norm = sum == 0 ? 1 : (float)Math.Sqrt(sum);
            for (int row = 0; row < rows; row++)
            {
                item[(row * columns) + column] /= norm;
            }
        }
    }
}
