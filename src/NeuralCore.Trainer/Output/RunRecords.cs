using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Output;

/// <summary>What a training begins with.</summary>
/// <param name="Backend">What computes.</param>
/// <param name="Simd">The instructions it uses; of a GPU, which it is.</param>
/// <param name="Threads">The threads it uses.</param>
/// <param name="Seed">The key of every random number.</param>
/// <param name="Training">The images to train on.</param>
/// <param name="Validation">The images to validate with after each epoch.</param>
/// <param name="Test">The images to test with at the end.</param>
internal sealed record RunStart(string Backend, string Simd, int Threads, ulong Seed, int Training, int Validation, int Test)
{
    /// <summary>The processes that train together.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Whether <see cref="Simd"/> is a device's name.</summary>
    public bool IsOnDevice => Backend == "gpu";
}

/// <summary>What a run ends with.</summary>
/// <param name="Models">The files of the models; empty if there is none.</param>
/// <param name="SavedBytes">The size of the files that were written together; null if none was.</param>
/// <param name="WeightsSha256">The checksum of the model's parameters; null if they were not read, and for several models.</param>
/// <param name="Seconds">The time it took.</param>
internal sealed record RunEnd(IReadOnlyList<string> Models, long? SavedBytes, string? WeightsSha256, double Seconds);

/// <summary>What a model sees in one image: a test image, or what became of a photo.</summary>
/// <param name="Image">The image as the model sees it.</param>
/// <param name="Probabilities">What it is to the model, one probability a class.</param>
/// <param name="Test">Which test image it is; null for a photo.</param>
/// <param name="File">The photo's file; null for a test image.</param>
internal sealed record Prediction(Drawing Image, float[] Probabilities, TestImage? Test = null, string? File = null)
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
internal sealed record SheetPrediction(string File, SheetReading Reading);
