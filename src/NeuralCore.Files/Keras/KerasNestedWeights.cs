namespace NeuralCore.Files.Keras;

/// <summary>
/// A model within a model keeps the tensors of all its layers in one list: by their names it is known which is whose, or by the order, which is that
/// of the layers, or first everything that is trained and then the rest.
/// </summary>
internal static class KerasNestedWeights
{
    private static readonly string[] States = ["moving_mean", "moving_variance", "mean", "variance", "count"];

    /// <summary>The tensors of each layer.</summary>
    /// <param name="layers">A layer, or all of a model that have tensors.</param>
    /// <param name="tensors">The list.</param>
    /// <exception cref="InvalidDataException">The tensors are not those of the layers; the message completes "the file ...".</exception>
    public static IEnumerable<(KerasMade Made, IReadOnlyList<NamedDataset> Tensors)> Match(IReadOnlyList<KerasMade> layers, IReadOnlyList<NamedDataset> tensors)
    {
        if (layers is [var only])
        {
            return [(only, tensors)];
        }

        int wanted = layers.Sum(layer => layer.Weights.Count);
        if (wanted != tensors.Count)
        {
            throw new InvalidDataException($"has {tensors.Count} tensors for the model around the layer {FileText.Quote(layers[0].Layer.Name)}, which takes {wanted}");
        }

        (KerasMade Made, KerasWeight Weight)[] inOrder = [.. layers.SelectMany(layer => layer.Weights.Select(weight => (layer, weight)))];
        (KerasMade Made, KerasWeight Weight)[] trainedFirst = [.. inOrder.OrderBy(entry => IsTrained(entry) ? 0 : 1)];
        NamedDataset[]? found = ByName(inOrder, tensors) ?? ByOrder(inOrder, trainedFirst, tensors) ?? ByOrder(inOrder, inOrder, tensors);
        if (found is null)
        {
            throw new InvalidDataException($"has tensors of other shapes for the model around the layer {FileText.Quote(layers[0].Layer.Name)} than its layers take");
        }

        var list = new Queue<NamedDataset>(found);
        return [.. layers.Select(layer => (layer, (IReadOnlyList<NamedDataset>)[.. layer.Weights.Select(_ => list.Dequeue())]))];
    }

    private static bool IsTrained((KerasMade Made, KerasWeight Weight) entry) =>
        !States.Contains(entry.Weight.Name) && entry.Made.Layers.All(layer => layer.Trainable);

    /// <summary>By the last two parts of each name, the layer's and the tensor's, where no two are the same.</summary>
    private static NamedDataset[]? ByName((KerasMade Made, KerasWeight Weight)[] wanted, IReadOnlyList<NamedDataset> tensors)
    {
        var byName = new Dictionary<string, NamedDataset>();
        foreach (NamedDataset tensor in tensors)
        {
            string[] path = tensor.Name.Split(':')[0].Split('/');
            if (path.Length < 2 || !byName.TryAdd($"{path[^2]}/{path[^1]}", tensor))
            {
                return null;
            }
        }

        NamedDataset?[] found = [.. wanted.Select(entry => byName.GetValueOrDefault($"{entry.Made.Layer.Name}/{entry.Weight.Name}"))];
        NamedDataset[] there = [.. found.OfType<NamedDataset>()];
        return there.Length == wanted.Length && Fit(wanted, there) ? there : null;
    }

    private static NamedDataset[]? ByOrder((KerasMade, KerasWeight)[] wanted, (KerasMade, KerasWeight)[] order, IReadOnlyList<NamedDataset> tensors)
    {
        if (!Fit(order, tensors))
        {
            return null;
        }

        Dictionary<KerasWeight, NamedDataset> byWeight = order.Zip(tensors).ToDictionary(pair => pair.First.Item2, pair => pair.Second, (IEqualityComparer<KerasWeight>)ReferenceEqualityComparer.Instance);
        return [.. wanted.Select(entry => byWeight[entry.Item2])];
    }

    private static bool Fit(IEnumerable<(KerasMade, KerasWeight Weight)> wanted, IEnumerable<NamedDataset> tensors) =>
        wanted.Zip(tensors).All(pair => pair.Second.Dataset.Extents().AsSpan().SequenceEqual(pair.First.Weight.Shape.Extents));
}
