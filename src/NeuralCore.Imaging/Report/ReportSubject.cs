using NeuralCore.Data;

namespace NeuralCore.Imaging.Report;

/// <summary>What a report is about.</summary>
/// <param name="Name">What to call the model, for instance its file's name.</param>
/// <param name="Model">The compiled model. It takes images of height x width x 1.</param>
/// <param name="Test">The images it was tested on, of the size that it takes.</param>
/// <param name="Evaluation">What it made of them.</param>
/// <param name="Curves">How it was trained; null where nobody knows.</param>
public sealed record ReportSubject(string Name, Model Model, LabelledImages Test, Evaluation Evaluation, LearningCurves? Curves);
