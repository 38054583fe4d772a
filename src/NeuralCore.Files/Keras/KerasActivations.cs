namespace NeuralCore.Files.Keras;

/// <summary>Activations by the names that Keras gives them.</summary>
internal static class KerasActivations
{
    private static readonly Dictionary<string, Activation> ByName = new()
    {
        ["linear"] = Activation.Linear,
        ["relu"] = Activation.Relu,
        ["relu6"] = Activation.Relu6,
        ["leaky_relu"] = Activation.LeakyRelu,
        ["elu"] = Activation.Elu,
        ["selu"] = Activation.Selu,
        ["gelu"] = Activation.Gelu,
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
        ["mish"] = Activation.Mish,
        ["softplus"] = Activation.Softplus,
        ["softsign"] = Activation.Softsign,
        ["softmax"] = Activation.Softmax,
        ["sigmoid"] = Activation.Sigmoid,
        ["tanh"] = Activation.Tanh,
        ["exponential"] = Activation.Exponential,
        ["log_sigmoid"] = Activation.LogSigmoid,
        ["hard_sigmoid"] = Activation.HardSigmoid,
        ["hard_silu"] = Activation.HardSilu,
        ["hard_swish"] = Activation.HardSilu,
    };

    private static readonly Dictionary<Activation, string> Names = ByName.DistinctBy(pair => pair.Value).ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The name of one.</summary>
    /// <param name="activation">The activation.</param>
    /// <param name="isKeras3">Whether the file is for Keras 3 alone.</param>
    /// <exception cref="NotSupportedException">Keras has no name for it, or one that does not mean the same everywhere.</exception>
    public static string NameOf(Activation activation, bool isKeras3) => activation switch
    {
        Activation.HardSigmoid or Activation.HardSilu when !isKeras3 =>
            throw new NotSupportedException($"The activation {activation} cannot be written to an .h5 file, since Keras 2 computes another function under its name; a .keras file can hold it"),
        Activation.Silu when !isKeras3 => "swish",
        _ => Names.GetValueOrDefault(activation) ?? throw new NotSupportedException($"The activation {activation} cannot be written to a file of Keras, which has no name for it"),
    };

    /// <summary>The one of a name; null for a name that the engine has nothing for.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isKeras3">Whether Keras 3 wrote it: <c>hard_sigmoid</c> was another function before, max(0, min(1, 0.2 x + 0.5)).</param>
    public static Activation? Parse(string name, bool isKeras3) => ByName.TryGetValue(name, out Activation found) && (isKeras3 || found is not (Activation.HardSigmoid or Activation.HardSilu))
        ? found
        : null;
}

/// <summary>What a layer of Keras applies to its outputs: one of the engine's activations, or a layer with settings of its own.</summary>
/// <param name="Activation">The activation; linear if a layer takes its place.</param>
/// <param name="Make">Makes the layer; null if there is only an activation.</param>
internal readonly record struct KerasFunction(Activation Activation, Func<Layer>? Make = null);

/// <summary>Who reads layers of Keras that are functions of their input and that stand in the place of an activation, too.</summary>
internal interface IKerasFunction : IKerasReader
{
    /// <summary>Makes the engine's layer.</summary>
    /// <exception cref="InvalidDataException">The engine has nothing for its settings.</exception>
    Layer Make(KerasSettings settings);
}
