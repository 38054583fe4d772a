using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Evaluates a saved model on the test images.</summary>
internal sealed class EvaluateCommand : TrainerCommand
{
    private readonly Option<string?> _model = ModelOption.Create(required: true);
    private readonly ChoiceOption<Preprocessing> _preparation = ModelOption.Preparation();
    private readonly DataOption _data = new();
    private readonly BackendOptions _backend = new();

    public EvaluateCommand()
        : base("evaluate", "Evaluates a saved model on the test images.") => Take([_model, .. _data.All, _preparation, .. _backend.All]);

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string path = line.GetRequiredValue(_model)!;
        using Model model = SavedModel.Load(path, _backend.Create(line), renderer, _preparation.Value(line));
        LabelledImages test = _data.LoadTest(line, model, path);
        Evaluation evaluation = model.Evaluate(test, cancellationToken: cancellationToken);
        renderer.Test(evaluation);
        renderer.Classes(evaluation.Confusion);
        renderer.Confusion(evaluation.Confusion);
        renderer.Done(new RunEnd(path, null, model.WeightsSha256(), Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
