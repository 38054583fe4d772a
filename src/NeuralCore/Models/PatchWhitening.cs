using NeuralCore.Data;

namespace NeuralCore;

/// <summary>
/// A first convolution that is computed and not trained: its filters are the principal components of small patches of the training images, each divided by the
/// root of its variance, and the negatives of them. Its outputs are uncorrelated and have variance 1, and with the negatives nothing is lost in a ReLU or GELU behind
/// it (David Page, "How to train your ResNet 8: bag of tricks", 2019).
/// </summary>
/// <remarks>Put <see cref="Layer"/> first, compile the model, call <see cref="Apply"/> once with the training images, and train.</remarks>
public static class PatchWhitening
{
    /// <summary>Rows and columns of a patch.</summary>
    private const int Side = 2;

    private const int Patches = 20_000;

    /// <summary>1 / g and 1 / g^2, where g^3 = g + 1: the steps of the sequence (Martin Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018).</summary>
    private const double StepDown = 0.7548776662466927, StepAcross = 0.5698402909980532;

    /// <summary>Added to variances, so that noise in directions that hardly vary is not amplified.</summary>
    private const double Epsilon = 5e-4;

    /// <summary>
    /// Describes the layer: height x width x channels -> (height - 1) x (width - 1) x 8 channels, by two filters of 2x2 for each value of a patch, without bias, not
    /// trained. Until <see cref="Apply"/> its filters are random.
    /// </summary>
    /// <param name="channels">The channels of the images, at least 1.</param>
    /// <exception cref="ArgumentException">The number of channels is below 1.</exception>
    public static Conv2D Layer(int channels) => new(Filters(channels), kernelSize: Side, useBias: false) { Trainable = false };

    /// <summary>Whether the first layer of a model that has weights is one of <see cref="Layer"/>'s, for <see cref="Apply"/> to compute.</summary>
    /// <param name="model">The model, compiled or not.</param>
    public static bool IsFirstLayerOf(Model model) =>
        model.Input.Shape is { Rank: 3 } image
        && model.Layers.FirstOrDefault(layer => layer.Weights.Count > 0) is Conv2D { Trainable: false }
        && model.ParameterShapes[0].Shape == new Shape(Side, Side, image[2], Filters(image[2]));

    /// <summary>
    /// Computes the filters from patches of images spread over all, and writes them into a model. The places of the patches are spread evenly too, by Roberts's R2
    /// sequence, so nothing is drawn.
    /// </summary>
    /// <param name="model">A compiled model whose first layer is <see cref="Layer"/>'s.</param>
    /// <param name="images">The training images of the model's input shape, raw (0 to 255); the model's preprocessing is applied to them.</param>
    /// <exception cref="ArgumentException">The model's first layer is another, the images have another shape, or there are none.</exception>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public static void Apply(Model model, IDataset images)
    {
        if (!IsFirstLayerOf(model))
        {
            throw new ArgumentException("The model does not begin with a whitening convolution that is not trained: make one with PatchWhitening.Layer.", nameof(model));
        }

        if (images.ItemShape != model.Input.Shape)
        {
            throw new ArgumentException($"The model takes images of {model.Input.Shape}, and these are {images.ItemShape}.", nameof(images));
        }

        if (images.Count == 0)
        {
            throw new ArgumentException("Filters are computed from images, and there are none.", nameof(images));
        }

        int dimensions = Side * Side * model.Input.Shape[2];
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

        model.Parameters[0].Write(kernel);
    }

    /// <summary>Two for each value of a patch: a principal component and its negative.</summary>
    private static int Filters(int channels) => 2 * Side * Side * channels;

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
