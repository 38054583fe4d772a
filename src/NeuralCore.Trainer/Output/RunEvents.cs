using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;
using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Output;

/// <summary>Something that a run of the program has to show. Each renderer chooses the events that it prints, and how.</summary>
internal abstract record RunEvent;

/// <summary>The classes of what follows have these names.</summary>
internal sealed record ClassesNamed(ClassNames Names) : RunEvent;

/// <summary>A picture of the data was read. Shown for each of them, one after the other, but on any thread.</summary>
/// <param name="Done">The number of pictures read.</param>
/// <param name="Total">The number of pictures.</param>
internal sealed record PictureRead(int Done, int Total) : RunEvent;

/// <summary>A training is about to begin.</summary>
/// <param name="Model">The model, compiled.</param>
/// <param name="Seed">The key of every random number.</param>
/// <param name="Training">The number of images to train on.</param>
/// <param name="Validation">The number of images to validate with after each epoch.</param>
/// <param name="Test">The number of images to test with at the end.</param>
/// <param name="Ranks">The number of processes that train together.</param>
internal sealed record RunStart(Model Model, ulong Seed, int Training, int Validation, int Test, int Ranks) : RunEvent
{
    /// <summary>Whether a GPU computes, whose name is in the place of the vector instructions.</summary>
    public bool IsOnDevice => Model.Backend.Name == "gpu";
}

/// <summary>The layers of a network, where nothing else was asked for.</summary>
internal sealed record NetworkSummary(Model Model) : RunEvent;

/// <summary>The training continues from a checkpoint.</summary>
internal sealed record Resumption(SavedCheckpoint Start) : RunEvent;

/// <summary>A checkpoint was written.</summary>
internal sealed record CheckpointWritten(SavedCheckpoint Checkpoint) : RunEvent;

/// <summary>Something is wrong with a file, and the run continues.</summary>
/// <param name="File">The file.</param>
/// <param name="Message">One sentence.</param>
internal sealed record Warning(string File, string Message) : RunEvent;

/// <summary>Something that a person should know, in one sentence.</summary>
internal sealed record Remark(string Sentence) : RunEvent;

/// <summary>A few training images, in each of the forms in which the training meets them.</summary>
internal sealed record TrainingPreview(IReadOnlyList<Preview> Forms) : RunEvent;

/// <summary>An epoch begins.</summary>
/// <param name="Epoch">Its number, counted from 1.</param>
/// <param name="Epochs">The number of epochs of the training.</param>
internal sealed record EpochStart(int Epoch, int Epochs) : RunEvent;

/// <summary>
/// A training step is done. There are hundreds of them a second, so a training has one such object and shows it after each step: a renderer
/// that needs the progress later copies it.
/// </summary>
internal sealed record StepEnd : RunEvent
{
    /// <summary>What the step came to.</summary>
    public StepProgress Progress { get; set; }
}

/// <summary>The training part of an epoch is done and its validation begins.</summary>
internal sealed record ValidationStart : RunEvent;

/// <summary>An epoch is done.</summary>
internal sealed record EpochEnd(EpochResult Result) : RunEvent;

/// <summary>The training is over, and its epochs were judged by their validation loss.</summary>
internal sealed record Judgement(EarlyStopping Stopping) : RunEvent;

/// <summary>The result of a model on the test images.</summary>
internal sealed record TestResult(Evaluation Evaluation) : RunEvent;

/// <summary>The result of a model on each class.</summary>
internal sealed record ClassResults(ConfusionMatrix Confusion) : RunEvent;

/// <summary>Which classes a model takes for which.</summary>
internal sealed record Confusions(ConfusionMatrix Confusion) : RunEvent;

/// <summary>A few test images with what the model made of them.</summary>
internal sealed record TestExamples(Evaluation Evaluation, LabelledImages Images) : RunEvent;

/// <summary>Trainings that folders keep.</summary>
internal sealed record KeptRuns(IReadOnlyList<RunRecord> Runs) : RunEvent;

/// <summary>What a data set holds.</summary>
/// <param name="Found">What was found.</param>
/// <param name="Images">The training images.</param>
internal sealed record DataInspected(DatasetInspection Found, LabelledImages Images) : RunEvent;

/// <summary>A report was written.</summary>
/// <param name="Page">The file of its page.</param>
internal sealed record ReportWritten(string Page) : RunEvent;

/// <summary>The run failed. The sentence for people is printed elsewhere.</summary>
internal sealed record RunFailure(Failure Failure) : RunEvent;

/// <summary>The run is done.</summary>
/// <param name="Models">The files of the models; empty if there is none.</param>
/// <param name="SavedBytes">The size of the files that were written together; null if none was.</param>
/// <param name="WeightsSha256">The checksum of the model's parameters; null if they were not read, and for several models.</param>
/// <param name="Seconds">The time it took.</param>
internal sealed record RunEnd(IReadOnlyList<string> Models, long? SavedBytes, string? WeightsSha256, double Seconds) : RunEvent;

/// <summary>What a model sees in one image: a test image, or what became of a photo.</summary>
/// <param name="Image">The image as the model sees it.</param>
/// <param name="Probabilities">What it is to the model, one probability a class.</param>
/// <param name="Test">Which test image it is; null for a photo.</param>
/// <param name="File">The photo's file; null for a test image.</param>
internal sealed record Prediction(Drawing Image, float[] Probabilities, TestImage? Test = null, string? File = null) : RunEvent
{
    /// <summary>What a photo shows instead of a digit; null if it shows one.</summary>
    public MarkKind? Other { get; init; }

    /// <summary>What could not be decided, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The most probable class; the first of equals.</summary>
    public int Digit => Array.IndexOf(Probabilities, Probabilities.Max());
}

/// <summary>One of the test images.</summary>
/// <param name="Index">Which, counted from 0.</param>
/// <param name="Label">What it is.</param>
internal sealed record TestImage(int Index, int Label);

/// <summary>What a model reads on a page.</summary>
/// <param name="File">The photo's file.</param>
/// <param name="Reading">The digits; at least one, or a grid.</param>
internal sealed record SheetPrediction(string File, SheetReading Reading) : RunEvent;
