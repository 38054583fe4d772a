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

        return model.Layers.Count == model.Calls.Count
            ? new LayerChain([new Input(model.Input.Shape, model.Input.Preprocessing), .. model.Layers], ["input", .. model.Layers.Select(model.NameOf)])
            : throw new NotSupportedException("A model that applies a layer twice can not be written to such a file yet.");
    }
}
