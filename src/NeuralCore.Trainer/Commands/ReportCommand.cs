using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Writes a page about a saved model: how it was trained, what it gets wrong, and what it looks at.</summary>
internal sealed class ReportCommand : TrainerCommand
{
    private readonly Option<string?> _model = ModelOption.Create(required: true);
    private readonly Option<string?> _out = ReportFolder.CreateOption("--out", "Folder to write to; created if needed.", required: true);
    private readonly DataOption _data = new();
    private readonly BackendOptions _backend = new();

    public ReportCommand()
        : base("report", "Writes an HTML page about a saved model: curves, errors, calibration, filters.") => Take([_model, _out, .. _data.All, .. _backend.All]);

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string path = line.GetRequiredValue(_model)!;
        using Model model = SavedModel.Load(path, _backend.Create(line), renderer);
        LearningCurves? curves = ModelFile.ReadCurves(path);
        LabelledImages test = _data.LoadTest(line, model, path);
        ReportFolder folder = ReportFolder.Open(line.GetRequiredValue(_out))!;
        Evaluation evaluation = model.Evaluate(test, cancellationToken: cancellationToken);
        renderer.Test(evaluation);
        folder.Write(renderer, new ReportSubject(Path.GetFileName(path), model, test, evaluation, curves));
        renderer.Done(new RunEnd([path], null, model.WeightsSha256(), Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
