using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Output;
using NeuralCore.Training;

namespace NeuralCore.Trainer.Commands;

/// <summary>Asks a saved model what it sees in one test image.</summary>
internal sealed class PredictCommand : TrainerCommand
{
    private readonly Option<string?> _model = ModelOption.Create(required: true);

    private readonly Option<int> _index = OptionOf.WholeNumber("--index", "Which of the test images, counted from 0.", 0, 0);

    private readonly DataOption _data = new();
    private readonly BackendOptions _backend = new();

    public PredictCommand()
        : base("predict", "Asks a saved model what it sees in a test image.")
    {
        _index.DefaultValueFactory = null;
        _index.Required = true;
        Take([_model, _index, _data.Option, .. _backend.All]);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string path = line.GetRequiredValue(_model)!;
        using Sequential model = ModelFile.Load(path, _backend.Create(line));
        LabelledImages test = _data.LoadTest(line, model, path);
        int index = line.GetValue(_index);
        if (index >= test.Count)
        {
            throw new RunException(ExitCode.Usage, $"There is no test image {index:N0}; --index takes 0 to {test.Count - 1:N0}.");
        }

        renderer.Prediction(new TestPrediction(new Drawing(test, index), index, test.Label(index), model.Predict(test.Pixels(index))));
        renderer.Done(new RunEnd(path, null, model.WeightsSha256(), Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
