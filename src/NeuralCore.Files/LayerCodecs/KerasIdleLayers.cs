using NeuralCore.Files.Keras;

namespace NeuralCore.Files;

/// <summary>Layers of Keras that do nothing in prediction and that the engine has none for: they are passed over, and said to be.</summary>
internal sealed class KerasIdleLayers : IKerasReader
{
    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses =>
    [
        "GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout1D", "SpatialDropout2D", "ActivityRegularization", "Identity",
        "RandomRotation", "RandomTranslation", "RandomZoom", "RandomFlip", "RandomContrast", "RandomBrightness", "RandomHeight", "RandomWidth",
        "RandomShear", "RandomColorJitter", "RandomHue", "RandomSaturation", "RandomGrayscale", "RandomErasing", "RandomPerspective", "RandomElasticTransform",
        "RandomGaussianBlur", "RandomInvert", "RandomPosterization", "RandomSharpness", "RandomColorDegeneration",
    ];

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        if (call.Settings.ClassName != "Identity")
        {
            call.Remark($"has {call.Settings.Layer}, which does nothing in prediction and is skipped");
        }

        call.Output = call.Input;
    }
}
