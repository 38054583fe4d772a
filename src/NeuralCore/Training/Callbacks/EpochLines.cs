using System.Globalization;

namespace NeuralCore;

/// <summary>Writes a line an epoch.</summary>
/// <param name="output">Where to.</param>
internal sealed class EpochLines(TextWriter output) : Callback
{
    private int _epochs;

    /// <inheritdoc/>
    public override void OnEpochBegin(int epoch, int epochs, int steps) => _epochs = epochs;

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochResult result)
    {
        string validation = result is { ValidationLoss: { } loss, ValidationAccuracy: { } accuracy } ? $"  val_loss {Text(loss)}  val_acc {Text(accuracy)}" : string.Empty;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {result.Epoch}/{_epochs}  loss {Text(result.Loss)}  acc {Text(result.Accuracy)}{validation}  {result.TrainImagesPerSecond:n0} img/s  {result.Seconds:0.0}s"));
    }

    private static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
