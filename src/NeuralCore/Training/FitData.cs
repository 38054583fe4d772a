using NeuralCore.Data;

namespace NeuralCore;

/// <summary>What a model is trained on and validated with.</summary>
/// <param name="Training">The items that are trained on.</param>
/// <param name="TrainingWeights">What each of them counts; null where that is the same.</param>
/// <param name="Validation">The items that are held out; null where there are none.</param>
/// <param name="ValidationWeights">What each of them counts in the loss; null where that is the same.</param>
internal sealed record FitData(IDataset Training, ItemWeights? TrainingWeights, IDataset? Validation, ItemWeights? ValidationWeights)
{
    /// <summary>Splits data, and the weights of its items with it.</summary>
    /// <exception cref="ArgumentException">The split leaves nothing to train on, or a weight is out of its range.</exception>
    public static FitData Of(IDataset data, double validationSplit, IDataset? validationData, FitOptions options)
    {
        if (!(validationSplit >= 0 && validationSplit < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(validationSplit), validationSplit, "The validation split is at least 0 and below 1.");
        }

        if (validationData is not null && validationSplit > 0)
        {
            throw new ArgumentException("Validation takes a part of the data or data of its own, not both.", nameof(validationSplit));
        }

        int count = TrainingCount(data.Count, validationSplit);
        if (count == 0)
        {
            throw new ArgumentException($"A validation split of {validationSplit} leaves none of the {data.Count} items to train on.");
        }

        IReadOnlyList<float>? weights = options.SampleWeight;
        if (count == data.Count)
        {
            return new FitData(data, ItemWeights.Of(data, options.ClassWeight, weights), validationData, null);
        }

        if (weights is not null && weights.Count != data.Count)
        {
            throw new ArgumentException($"There are {weights.Count} weights for {data.Count} items: give one an item.");
        }

        var training = new DatasetSlice(data, 0, count);
        var validation = new DatasetSlice(data, count, data.Count - count);
        return new FitData(
            training, ItemWeights.Of(training, options.ClassWeight, weights is null ? null : [.. weights.Take(count)]),
            validation, ItemWeights.Of(validation, null, weights is null ? null : [.. weights.Skip(count)]));
    }

    /// <summary>How many of <paramref name="items"/> items are trained on: floor(items * (1 - validationSplit)).</summary>
    public static int TrainingCount(int items, double validationSplit) => (int)Math.Floor(items * (1 - validationSplit));
}
