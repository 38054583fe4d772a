namespace NeuralCore.Trainer.Output;

/// <summary>Shows what a run does, to a person or to a program.</summary>
internal abstract class Renderer : IDisposable
{
    /// <summary>Shows an event, or nothing if this renderer does not print events of its kind.</summary>
    public abstract void Show(RunEvent shown);

    /// <summary>Shows a sentence that a person should know.</summary>
    public void Remark(string sentence) => Show(new Remark(sentence));

    /// <summary>Leaves the output in order, however the run ended.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>Shows nothing.</summary>
internal sealed class QuietRenderer : Renderer
{
    public override void Show(RunEvent shown)
    {
    }
}

/// <summary>Shows what is wrong, and nothing else.</summary>
internal sealed class WarningRenderer(TextWriter error) : Renderer
{
    public override void Show(RunEvent shown)
    {
        if (shown is Warning warning)
        {
            error.WriteLine(warning.Message);
        }
    }
}

/// <summary>Shows everything to two, as a person and a program.</summary>
internal sealed class RendererPair(Renderer person, Renderer program) : Renderer
{
    public override void Show(RunEvent shown)
    {
        person.Show(shown);
        program.Show(shown);
    }

    public override void Dispose()
    {
        person.Dispose();
        program.Dispose();
    }
}
