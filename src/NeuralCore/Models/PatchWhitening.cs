using NeuralCore.Data;

namespace NeuralCore;

/// <summary>
/// A first convolution that is computed and not trained: its filters are the principal components of small patches of the training images, each divided by the
/// root of its variance, and the negatives of them, so that what comes out behind a ReLU or GELU has lost nothing, is uncorrelated, and has variance 1 (David
/// Page, "How to train your ResNet 8: bag of tricks", 2019).
/// </summary>
public static class PatchWhitening
{
    /// <summary>Rows and columns of a patch.</summary>
    private const int Side = 2;

    private const int Patches = 20_000;

    /// <summary>1 / g and 1 / g^2, where g^3 = g + 1: the steps of the sequence (Martin Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018).</summary>
    private const double StepDown = 0.7548776662466927, StepAcross = 0.5698402909980532;

    /// <summary>Added to variances, so that what hardly varies does not become loud.</summary>
    private const double Epsilon = 5e-4;

    /// <summary>Describes the layer: 2x2, with two filters for each value of a patch, without bias, not trained.</summary>
    /// <param name="channels">The channels of the images.</param>
    public static Conv2D Layer(int channels) => new(2 * Side * Side * channels, kernelSize: Side, useBias: false) { Trainable = false };

    /// <summary>
    /// Computes the filters from patches of images spread over all, and writes them into a model. The places of the patches are spread evenly too, by Roberts's R2
    /// sequence, so nothing is drawn.
    /// </summary>
    /// <param name="model">A compiled model whose first layer is <see cref="Layer"/>'s.</param>
    /// <param name="images">The training images, raw; the model's preprocessing is applied to them.</param>
    /// <exception cref="ArgumentException">The model's first layer is another, or there are no images.</exception>
    public static void Apply(Model model, IDataset images)
    {
        Shape shape = model.Input.Shape;
        int dimensions = Side * Side * shape[shape.Rank - 1];
        if (model.Layers.FirstOrDefault(layer => layer.Weights.Count > 0) is not Conv2D { Trainable: false } first
            || model.Parameters[0].Shape != new Shape(Side, Side, shape[2], 2 * dimensions))
        {
            throw new ArgumentException("The model does not begin with a whitening convolution that is not trained: make one with PatchWhitening.Layer.", nameof(model));
        }

        if (images.Count == 0)
        {
            throw new ArgumentException("Filters are computed from images, and there are none.", nameof(images));
        }

        var components = PrincipalComponents.Of(PatchesOf(images, model.Input), dimensions, dimensions);
        var kernel = new float[dimensions * 2 * dimensions];
        for (int filter = 0; filter < dimensions; filter++)
        {
            double variance = 0;
            for (int point = 0; point < components.Count; point++)
            {
                double along = components.Coordinate(point, filter);
                variance += along * along / components.Count;
            }

            double scale = 1 / Math.Sqrt(variance + Epsilon);
            for (int i = 0; i < dimensions; i++)
            {
                float weight = (float)(components.Directions[filter][i] * scale);
                (kernel[(i * 2 * dimensions) + filter], kernel[(i * 2 * dimensions) + dimensions + filter]) = (weight, -weight);
            }
        }

        model.Parameters.First(parameter => parameter.Name == $"{model.NameOf(first)}/kernel").Write(kernel);
    }

    private static float[] PatchesOf(IDataset images, Value input)
    {
        Shape shape = input.Shape;
        (int height, int width, int channels) = (shape[0], shape[1], shape[2]);
        int length = Side * Side * channels;
        var patches = new float[Patches * length];
        var image = new float[shape.Count];
        for (int patch = 0; patch < Patches; patch++)
        {
            images.ReadItem((int)((long)patch * images.Count / Patches), image);
            input.Preprocessing.Apply(shape, image);
            int row = Place(patch * StepDown, height), column = Place(patch * StepAcross, width);
            for (int y = 0; y < Side; y++)
            {
                image.AsSpan((((row + y) * width) + column) * channels, Side * channels).CopyTo(patches.AsSpan((patch * length) + (y * Side * channels)));
            }
        }

        return patches;

        static int Place(double along, int side) => (int)((along - Math.Floor(along)) * (side - Side + 1));
    }
}
