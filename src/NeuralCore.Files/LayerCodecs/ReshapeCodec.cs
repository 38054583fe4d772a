using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>
/// Reshaping. What a file reshapes is read in the file's order of axes; the engine's layer stands where both orders are the same, and otherwise the
/// shape is taken where a layer needs it.
/// </summary>
internal sealed class ReshapeCodec : EngineCodec<Reshape>, IKerasReader
{
    private const int MostAxes = 4;

    /// <inheritdoc/>
    public override string Kind => "reshape";

    /// <inheritdoc/>
    public override string KerasClass => "Reshape";

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Reshape"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) =>
        new Reshape([.. settings.Numbers("target_shape", LayerSettings.LargestElements, smallest: -1).Select(extent => extent == 0 ? throw new InvalidDataException("has a layer whose 'target_shape' has an extent of 0") : extent)]);

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        int[] target = settings.Integers("target_shape", MostAxes);
        FileValue input = call.Input;
        int count = input.Count;
        long known = target.Where(extent => extent != -1).Aggregate(1L, (product, extent) => Math.Min(product * Math.Max(extent, 0), int.MaxValue));
        if (target.Count(extent => extent == -1) == 1 && known > 0 && count % known == 0)
        {
            target[Array.IndexOf(target, -1)] = (int)(count / known);
            known = count;
        }

        if (known != count || target.Length == 0 || target.Any(extent => extent < 1))
        {
            throw settings.Refused("target_shape", string.Join('x', target));
        }

        call.Output = input.Raw is null && input.Placement.IsSame
            ? KerasCall.OfValue(call.Apply(call.Layer(() => new Reshape(target)), input.Value))
            : input.Reshape(target);
    }

    /// <inheritdoc/>
    protected override void Write(Reshape layer, LayerWriter settings) => settings.Numbers("target_shape", [.. layer.TargetShape]);

    /// <inheritdoc/>
    protected override void WriteKeras(Reshape layer, KerasWriter keras) => keras.Numbers("target_shape", [.. layer.TargetShape]);

    /// <inheritdoc/>
    protected override void WriteOnnx(Reshape layer, OnnxCallWriter call) =>
        call.Give(isFirst: false, "Reshape", [call.Last(), call.Integers("shape", [-1, .. call.OutputShape.Extents.ToArray().Select(extent => (long)extent)])]);
}
