using NeuralCore.Capstone;
using NeuralCore.Files;

/// <summary>What a program calls before it loads a model with these parts. The page, published with <c>-p:OwnParts=PROJECT</c>, finds it by this name, outside any namespace.</summary>
public static class OwnParts
{
    /// <summary>Registers how model files say the op. A layer composed of others, such as <see cref="Residual"/>, is stored as those.</summary>
    public static void Register() => LayerCodecs.Register(new SquaredReLUCodec());
}
