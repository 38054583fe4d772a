using NeuralCore.Data;

namespace NeuralCore.Imaging.Report;

/// <summary>What a report is about.</summary>
/// <param name="Name">What to call the model, for instance its file's name.</param>
/// <param name="Model">The compiled model. It takes images of height x width x 1, or x 3 in colour.</param>
/// <param name="Test">The images it was tested on, of the size that it takes.</param>
/// <param name="Evaluation">What it made of them.</param>
/// <param name="Curves">Its learning curves; null if they are not known.</param>
public sealed record ReportSubject(string Name, Model Model, LabelledImages Test, Evaluation Evaluation, LearningCurves? Curves)
{
    /// <summary>How it was trained; null if that is not known.</summary>
    public Provenance? Origin { get; init; }

    /// <summary>The name of a class; its number if the classes have no names.</summary>
    public string NameOf(int c) => HasClassNames ? Origin!.ClassNames![c] : $"{c}";

    /// <summary>The number of a class, and its name if it has one.</summary>
    public string NumberAndName(int c) => HasClassNames ? $"{c} {NameOf(c)}" : $"{c}";

    /// <summary>Whether the classes have names.</summary>
    public bool HasClassNames => Origin?.ClassNames?.Count == Model.Classes;
}
