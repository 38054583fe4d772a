namespace NeuralCore.Imaging.Report;

/// <summary>
/// The regions of an image that raise the score of a class: R. Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based localization", 2017.
/// </summary>
public static class GradCam
{
    /// <summary>The last convolution or pooling whose output is a picture; null if there is none.</summary>
    public static LayerCall? LayerOf(Model model) => model.Outputs.Count > 1
        ? null
        : model.Calls.LastOrDefault(call => call.Layer is Conv2D or DepthwiseConv2D or SeparableConv2D or MaxPooling2D or AveragePooling2D
            && call.Output != model.Output && call.Output.Shape is { Rank: 3 } shape && shape[0] * shape[1] > 1);

    /// <summary>
    /// The feature maps of a layer, each weighted with the mean slope of the score with respect to it, added up; what is negative is 0: equations (1) and (2).
    /// </summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="layer">The first call of one of its layers, with an output of height x width x channels: <see cref="LayerOf"/>.</param>
    /// <param name="item">The image's raw values (pixels as 0 to 255), row-major.</param>
    /// <param name="label">The class, in [0, <see cref="Model.Classes"/>).</param>
    /// <returns>height x width values of at least 0, row-major, in units of the score.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">There is no such class, the score does not depend on the layer, or the item has not as many values as the input's shape.</exception>
    public static float[] Map(Model model, LayerCall layer, ReadOnlySpan<float> item, int label)
    {
        float[] activations = model.Activations(item, layer.Layer), gradient = model.ActivationGradient(item, layer.Layer, label);
        int channels = layer.Output.Shape[2], positions = activations.Length / channels;
        var weights = new double[channels];
        for (int i = 0; i < gradient.Length; i++)
        {
            weights[i % channels] += (double)gradient[i] / positions;
        }

        var map = new float[positions];
        for (int p = 0; p < positions; p++)
        {
            double sum = 0;
            for (int k = 0; k < channels; k++)
            {
                sum += weights[k] * activations[(p * channels) + k];
            }

            map[p] = (float)Math.Max(0, sum);
        }

        return map;
    }
}
