using NeuralCore.Data;

namespace NeuralCore.Tests.Training;

/// <summary>Keeps what a training tells its callbacks.</summary>
internal sealed class Watcher : Callback
{
    public List<(int Epoch, int Epochs, int Steps)> Begins { get; } = [];

    public List<StepProgress> Steps { get; } = [];

    public List<EpochResult> Ends { get; } = [];

    public Action<StepProgress> OnStep { get; init; } = _ => { };

    public Action OnValidation { get; init; } = () => { };

    public override void OnEpochBegin(int epoch, int epochs, int steps) => Begins.Add((epoch, epochs, steps));

    public override void OnStepEnd(in StepProgress progress)
    {
        Steps.Add(progress);
        OnStep(progress);
    }

    public override void OnValidationBegin() => OnValidation();

    public override void OnEpochEnd(EpochResult result) => Ends.Add(result);
}

/// <summary>Keeps the order in which a dataset's items are read.</summary>
internal sealed class RecordingDataset(IDataset source) : IDataset
{
    public List<int> Reads { get; } = [];

    public int Count => source.Count;

    public Shape ItemShape => source.ItemShape;

    public int Classes => source.Classes;

    public void ReadItem(int index, Span<float> destination)
    {
        Reads.Add(index);
        source.ReadItem(index, destination);
    }

    public int Label(int index) => source.Label(index);
}
