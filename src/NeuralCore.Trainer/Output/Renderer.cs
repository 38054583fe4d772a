using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Output;

/// <summary>Shows what a run does, to a person or to a program. Every method does nothing until it is overridden.</summary>
internal abstract class Renderer : IDisposable
{
    /// <summary>What the classes are called.</summary>
    public virtual ClassNames Names { get; set; } = new();

    /// <summary>A picture of the data was read. Called for each of them, one after the other, but on any thread.</summary>
    /// <param name="done">How many are read.</param>
    /// <param name="total">How many there are.</param>
    public virtual void Reading(int done, int total)
    {
    }

    /// <summary>A training is about to begin.</summary>
    public virtual void Start(RunStart start, Model model)
    {
    }

    /// <summary>The layers of a network, where nothing else was asked for.</summary>
    public virtual void Summary(Model model)
    {
    }

    /// <summary>The training goes on from a checkpoint.</summary>
    public virtual void Resume(SavedCheckpoint start)
    {
    }

    /// <summary>A checkpoint is on the disk.</summary>
    public virtual void Checkpoint(SavedCheckpoint checkpoint)
    {
    }

    /// <summary>Something is wrong with a file, and the run goes on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="message">One sentence.</param>
    public virtual void Warning(string file, string message)
    {
    }

    /// <summary>The training is over, and its epochs were judged by their validation loss.</summary>
    public virtual void Judged(EarlyStopping stopping)
    {
    }

    /// <summary>A few training images, in each of the forms in which the training meets them.</summary>
    public virtual void Preview(IReadOnlyList<Preview> previews)
    {
    }

    /// <summary>An epoch begins.</summary>
    /// <param name="epoch">Its number, counted from 1.</param>
    /// <param name="epochs">How many there will be.</param>
    public virtual void EpochBegin(int epoch, int epochs)
    {
    }

    /// <summary>A training step is done. Called hundreds of times a second at best: it must not allocate each time.</summary>
    public virtual void Step(in StepProgress progress)
    {
    }

    /// <summary>The training part of an epoch is done and its validation begins.</summary>
    public virtual void Validating()
    {
    }

    /// <summary>An epoch is done.</summary>
    public virtual void EpochEnd(EpochResult result)
    {
    }

    /// <summary>Where the time of the training went.</summary>
    public virtual void Profile(MeasuredProfile measured)
    {
    }

    /// <summary>How a model does on the test images.</summary>
    public virtual void Test(Evaluation evaluation)
    {
    }

    /// <summary>How a model does on each class.</summary>
    public virtual void Classes(ConfusionMatrix confusion)
    {
    }

    /// <summary>What a model takes for what.</summary>
    public virtual void Confusion(ConfusionMatrix confusion)
    {
    }

    /// <summary>A few test images with what the model made of them.</summary>
    public virtual void Examples(Evaluation evaluation, LabelledImages images)
    {
    }

    /// <summary>What a model sees in one image.</summary>
    public virtual void Prediction(Prediction prediction)
    {
    }

    /// <summary>Trainings that folders keep.</summary>
    public virtual void Runs(IReadOnlyList<RunRecord> runs)
    {
    }

    /// <summary>What a data set holds.</summary>
    /// <param name="inspection">What was found.</param>
    /// <param name="train">The training images.</param>
    public virtual void Inspection(DatasetInspection inspection, LabelledImages train)
    {
    }

    /// <summary>A report was written.</summary>
    /// <param name="page">The page's file.</param>
    public virtual void Report(string page)
    {
    }

    /// <summary>Something that a person should know about a model's file, in one sentence.</summary>
    public virtual void Remark(string sentence)
    {
    }

    /// <summary>A server is ready.</summary>
    public virtual void Serving(ServingNote note)
    {
    }

    /// <summary>Every digit that a model reads on a page.</summary>
    public virtual void Lines(SheetPrediction prediction)
    {
    }

    /// <summary>The run failed. The sentence for people is printed elsewhere.</summary>
    public virtual void Error(Failure failure)
    {
    }

    /// <summary>The run is done.</summary>
    public virtual void Done(RunEnd end)
    {
    }

    /// <summary>Leaves the output in order, however the run ended.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>Shows nothing.</summary>
internal sealed class QuietRenderer : Renderer;

/// <summary>Shows what is wrong, and nothing else.</summary>
internal sealed class WarningRenderer(TextWriter error) : Renderer
{
    public override void Warning(string file, string message) => error.WriteLine(message);
}
