namespace NeuralCore;

/// <summary>One row of a model's summary.</summary>
/// <param name="Name">The layer's name in the model.</param>
/// <param name="Kind">What it is, as C# names it.</param>
/// <param name="OutputShape">The shape of one output item.</param>
/// <param name="ParameterCount">Its numbers, those that training changes and others.</param>
/// <param name="Inputs">The names of the layers that it reads, where that is not the one before.</param>
public sealed record LayerSummary(string Name, string Kind, Shape OutputShape, long ParameterCount, IReadOnlyList<string> Inputs);

/// <summary>What a model consists of, layer by layer.</summary>
/// <param name="Layers">One row an application of a layer, the input left out as Keras leaves it out.</param>
/// <param name="ParameterCount">The numbers of all layers.</param>
/// <param name="TrainableCount">Those of them that training changes by their gradients.</param>
public sealed record ModelSummary(IReadOnlyList<LayerSummary> Layers, long ParameterCount, long TrainableCount)
{
    /// <summary>The table that Keras prints.</summary>
    public override string ToString()
    {
        bool branches = Layers.Any(l => l.Inputs.Count > 0);
        string[][] rows =
        [
            [.. (string[])["Layer (type)", "Output shape", "Param #"], .. branches ? (string[])["Connected to"] : []],
            .. Layers.Select(l => (string[])
            [
                $"{l.Name} ({l.Kind})", $"(None, {string.Join(", ", l.OutputShape.Extents.ToArray())})", $"{l.ParameterCount:N0}",
                .. branches ? (string[])[string.Join(", ", l.Inputs)] : [],
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        string line = new('-', widths.Sum() + (2 * widths.Length));
        IEnumerable<string> body = rows.Select(row =>
            $" {row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}{(branches ? $"  {row[3]}" : string.Empty)}".TrimEnd());
        string[] counts = ParameterCount == TrainableCount
            ? [$" Trainable parameters: {TrainableCount:N0}"]
            : [$" Parameters: {ParameterCount:N0}", $" Trainable parameters: {TrainableCount:N0}", $" Non-trainable parameters: {ParameterCount - TrainableCount:N0}"];
        return string.Join(Environment.NewLine, [body.First(), line, .. body.Skip(1), line, .. counts]);
    }

    /// <summary>The summary of a network.</summary>
    internal static ModelSummary Of(NetworkDescription description)
    {
        IReadOnlyList<(string Name, Weight Weight, bool IsTrained)> weights = description.Weights;
        var seen = new HashSet<Layer>();
        LayerSummary[] rows = [.. description.Calls.Select((call, i) => Row(description, call, i, seen.Add(call.Layer) ? Count(call, []) : 0))];
        return new ModelSummary(rows, weights.Sum(w => (long)w.Weight.Shape.Count), weights.Where(w => w.IsTrained).Sum(w => (long)w.Weight.Shape.Count));
    }

    private static LayerSummary Row(NetworkDescription description, LayerCall call, int index, long count)
    {
        // What follows the row before, as in a chain, need not be said.
        bool follows = call.Inputs.Count == 1 && (index == 0 ? call.Inputs[0].IsInput : call.Inputs[0].Call == description.Calls[index - 1]);
        return new LayerSummary(
            description.NameOf(call.Layer), call.Layer.GetType().Name, call.Output.Shape, count,
            follows ? [] : [.. call.Inputs.Select(input => input.Call is { } made ? description.NameOf(made.Layer) : input.Name)]);
    }

    private static long Count(LayerCall call, HashSet<Layer> seen) =>
        (seen.Add(call.Layer) ? call.Layer.Weights.Sum(weight => (long)weight.Shape.Count) : 0) + call.Inner.Sum(inner => Count(inner, seen));
}
