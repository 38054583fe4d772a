
namespace NeuralCore;

/// <summary>One row of a model's summary.</summary>
/// <param name="Name">The layer's name in the model.</param>
/// <param name="Kind">What it is, as C# names it.</param>
/// <param name="OutputShape">The shape of one output item.</param>
/// <param name="ParameterCount">Its trainable numbers.</param>
public sealed record LayerSummary(string Name, string Kind, Shape OutputShape, long ParameterCount);

/// <summary>What a model consists of, layer by layer.</summary>
/// <param name="Layers">One row a layer, the input left out as Keras leaves it out.</param>
/// <param name="ParameterCount">The trainable numbers of all layers.</param>
public sealed record ModelSummary(IReadOnlyList<LayerSummary> Layers, long ParameterCount)
{
    /// <summary>The table that Keras prints.</summary>
    public override string ToString()
    {
        string[][] rows =
        [
            ["Layer (type)", "Output shape", "Param #"],
            .. Layers.Select(l => new[] { $"{l.Name} ({l.Kind})", $"(None, {string.Join(", ", l.OutputShape.Extents.ToArray())})", $"{l.ParameterCount:N0}" }),
        ];
        int name = rows.Max(r => r[0].Length);
        int shape = rows.Max(r => r[1].Length);
        int count = rows.Max(r => r[2].Length);
        string line = new('-', name + shape + count + 6);
        IEnumerable<string> body = rows.Select(r => $" {r[0].PadRight(name)}  {r[1].PadRight(shape)}  {r[2].PadLeft(count)}");
        return string.Join(Environment.NewLine, [body.First(), line, .. body.Skip(1), line, $" Trainable parameters: {ParameterCount:N0}"]);
    }
}
