namespace NeuralCore.Files;

/// <summary>The layers of a network that is a chain, the input first, as the formats write it that know nothing else.</summary>
/// <param name="Layers">The layers in order.</param>
/// <param name="Names">Their names in the model.</param>
internal sealed record LayerChain(IReadOnlyList<Layer> Layers, IReadOnlyList<string> Names)
{
    /// <summary>The chain of a model.</summary>
    /// <exception cref="NotSupportedException">The model branches, or applies a layer twice.</exception>
    public static LayerChain Of(Model model)
    {
        Value last = model.Input;
        foreach (LayerCall call in model.Calls)
        {
            if (call.Inputs.Count != 1 || call.Inputs[0] != last)
            {
                throw new NotSupportedException("A model that is no chain of layers can not be written to such a file yet.");
            }

            last = call.Output;
        }

        RequirePlain(model);
        return model.Layers.Count == model.Calls.Count
            ? new LayerChain([new Input(model.Input.Shape, model.Input.Preprocessing), .. model.Layers], ["input", .. model.Layers.Select(model.NameOf)])
            : throw new NotSupportedException("A model that applies a layer twice can not be written to such a file yet.");
    }

    /// <summary>Square windows without dilation or explicit padding, and layers with a bias, are all that files have words for so far.</summary>
    private static void RequirePlain(Model model)
    {
        foreach (Layer layer in model.Layers)
        {
            bool isPlain = layer switch
            {
                Conv2D conv => IsSquare(conv.KernelSize) && IsSquare(conv.Strides) && conv.Dilation == 1 && conv.ExplicitPadding is null && conv.UseBias,
                MaxPooling2D pool => IsSquare(pool.PoolSize) && IsSquare(pool.Strides) && pool.ExplicitPadding is null,
                Dense dense => dense.UseBias,
                _ => true,
            };
            if (!isPlain)
            {
                throw new NotSupportedException(
                    $"The layer {model.NameOf(layer)} can not be written to such a file yet: only square windows without dilation, and layers with a bias, can.");
            }
        }
    }

    private static bool IsSquare(Size2D size) => size.Height == size.Width;
}
