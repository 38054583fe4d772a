using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Writes a page about a saved model: how it was trained, what it gets wrong, and what it looks at; or about several, side by side.</summary>
internal sealed class ReportCommand : TrainerCommand
{
    private readonly Option<string[]> _models = ModelOption.CreateSeveral("Repeat the option to compare several models on one page.");
    private readonly Option<string?> _out = ReportFolder.CreateOption("--out", "Folder to write to; created if needed.", required: true);
    private readonly DataOption _data = new();
    private readonly BackendOptions _backend = new();

    public ReportCommand()
        : base("report", "Writes an HTML page about a saved model: curves, errors, calibration, filters; or one that compares several models.") => Take([_models, _out, .. _data.All, .. _backend.All]);

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string[] paths = line.GetRequiredValue(_models);
        using Ensemble models = SavedModel.LoadAll(paths, () => _backend.Create(line), renderer, unsaid: null);
        (LearningCurves? Curves, Provenance Origin)[] trainings = [.. paths.Select(path => (ModelFile.ReadCurves(path), TrainingNotes.Read(ModelFile.ReadMetadata(path))))];
        ModelNotes[] notes = [.. paths.Select(ModelNotes.Read)];
        LabelledImages test = _data.LoadTest(line, models.Members[0], (paths[0], notes[0]), new PictureReader(renderer, _backend.Threads(line), cancellationToken));
        renderer.Show(new ClassesNamed(new(notes[0].ClassNames)));
        string page = paths.Length > 1 ? ComparisonReport.PageName : TrainingReport.PageName;
        ReportFolder folder = ReportFolder.Open(line.GetRequiredValue(_out), page)!;
        string[] names = NamesOf(paths);
        var subjects = new List<ReportSubject>();
        foreach (((Model model, string name, ModelNotes note), (LearningCurves? curves, Provenance origin)) in models.Members.Zip(names, notes).Zip(trainings))
        {
            Evaluation evaluation = note.Evaluate(model, test, cancellationToken);
            if (paths.Length > 1)
            {
                renderer.Remark($"{name}:");
            }

            renderer.Show(new TestResult(evaluation));
            subjects.Add(new ReportSubject(name, model, test, evaluation, curves) { Origin = origin });
        }

        folder.Write(renderer, paths.Length > 1 ? ComparisonReport.Create(subjects) : TrainingReport.Create(subjects[0]), page);
        renderer.Show(new RunEnd(paths, null, paths.Length == 1 ? models.Members[0].WeightsSha256() : null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    /// <summary>The names of the files, or their whole paths if several have the same name.</summary>
    private static string[] NamesOf(string[] paths)
    {
        string[] names = [.. paths.Select(path => Path.GetFileName(path))];
        return names.Distinct().Count() == names.Length ? names : paths;
    }
}
