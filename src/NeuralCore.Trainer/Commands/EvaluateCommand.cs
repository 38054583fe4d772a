using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Evaluates a saved model, or the mean of several, on the test images.</summary>
internal sealed class EvaluateCommand : TrainerCommand
{
    private readonly Option<string[]> _models = ModelOption.CreateSeveral(required: true);
    private readonly PreprocessOption _preparation = ModelOption.Preparation();
    private readonly DataOption _data = new();
    private readonly BackendOptions _backend = new();

    public EvaluateCommand()
        : base("evaluate", "Evaluates a saved model, or the mean of several, on the test images.") => Take([_models, .. _data.All, _preparation, .. _backend.All]);

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string[] paths = line.GetRequiredValue(_models);
        using Ensemble models = SavedModel.LoadAll(paths, () => _backend.Create(line), renderer, _preparation.Value(line));
        ModelNotes[] notes = [.. paths.Select(ModelNotes.Read)];
        LabelledImages test = _data.LoadTest(line, models.Members[0], (paths[0], notes[0]), new PictureReader(renderer, _backend.Threads(line), cancellationToken));
        renderer.Show(new ClassesNamed(new(notes[0].ClassNames)));
        Evaluation[] each = [.. models.Members.Zip(notes, (model, note) => note.Evaluate(model, test, cancellationToken))];
        Evaluation evaluation = each.Length == 1 ? each[0] : Ensemble.Evaluate([.. each.Select(one => one.Predictions)], test);
        if (each.Length > 1)
        {
            foreach ((string path, Evaluation one) in paths.Zip(each))
            {
                renderer.Remark($"'{path}': loss {one.Loss:0.0000}, accuracy {one.Accuracy:0.0000}");
            }

            renderer.Remark($"The mean of the probabilities of all {each.Length}:");
        }

        renderer.Show(new TestResult(evaluation));
        renderer.Show(new ClassResults(evaluation.Confusion));
        renderer.Show(new Confusions(evaluation.Confusion));
        renderer.Show(new RunEnd(paths, null, each.Length == 1 ? models.Members[0].WeightsSha256() : null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
