namespace NeuralCore.Trainer.Tests;

/// <summary>Presses Ctrl+C when a text is written.</summary>
internal sealed class CancellingWriter(string text, CancellationTokenSource cancellation) : StringWriter
{
    public override void Write(string? value)
    {
        base.Write(value);
        if (value?.Contains(text) == true)
        {
            cancellation.Cancel();
        }
    }
}
