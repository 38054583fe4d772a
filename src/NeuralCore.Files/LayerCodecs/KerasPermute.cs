using NeuralCore.Files.Keras;

namespace NeuralCore.Files;

/// <summary>Permute, which becomes no layer: it says in which order a file has its numbers.</summary>
internal sealed class KerasPermute : IKerasReader
{
    private const int MostAxes = 4;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Permute"];

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        int[] order = [.. call.Settings.Integers("dims", MostAxes).Select(axis => axis - 1)];
        call.Output = order.Order().SequenceEqual(Enumerable.Range(0, call.Input.Dims.Length))
            ? call.Transpose(call.Input, order)
            : throw call.Settings.Refused("dims", "something other than a permutation of the axes");
    }
}
