using NeuralCore.Files.Keras;

namespace NeuralCore.Files;

/// <summary>Layers of Keras that become no layer of their own: activations by name, and changes of shape.</summary>
internal sealed class KerasPlainLayers : IKerasReader
{
    private const int MostAxes = 4;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Activation", "Reshape", "Permute"];

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        switch (settings.ClassName)
        {
            case "Activation":
                Activate(call, settings.Activation("activation"));
                break;
            case "Permute":
                int[] order = [.. settings.Integers("dims", MostAxes).Select(axis => axis - 1)];
                call.Output = order.Order().SequenceEqual(Enumerable.Range(0, call.Input.Dims.Length))
                    ? call.Transpose(call.Input, order)
                    : throw settings.Refused("dims", "something else than the axes in some order");
                break;
            default:
                Reshape(call);
                break;
        }
    }

    private static void Activate(KerasCall call, Activation activation)
    {
        Layer? layer = activation switch
        {
            Activation.Linear => null,
            Activation.Relu => call.Layer(() => new ReLU()),
            Activation.Softmax => call.Layer(() => new Softmax()),
            _ => throw call.Settings.Refused("activation", KerasActivations.NameOf(activation)),
        };
        call.Output = layer is null ? call.Input : call.Input.With(call.Apply(layer, call.Input.Value));
    }

    private static void Reshape(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        int[] target = settings.Integers("target_shape", MostAxes);
        int count = call.Input.Count;
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

        // Reshaping to one axis is flattening; any other shape is taken where a layer needs it.
        call.Output = target.Length == 1 && call.Input.Dims.Length > 1 && call.Input.Raw is null
            ? new FileValue(call.Apply(call.Layer(() => new Flatten()), call.Input.Value), call.Input.Placement, target)
            : call.Input.Reshape(target);
    }
}
