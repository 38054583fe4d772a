using NeuralCore.Ops;

namespace NeuralCore.Files;

/// <summary>What a network ends in, and so what it can be trained for.</summary>
internal static class Ending
{
    /// <summary>Whether a value is one probability a class.</summary>
    public static bool IsSoftmax(Value value) => value.Maker is SoftmaxNode || (value.Maker is IdentityNode same && IsSoftmax(same.Input));

    /// <summary>Whether a value is one number a class, which a softmax would make probabilities of.</summary>
    public static bool IsLogits(Value value) => value.Shape is { Rank: 1, Count: > 1 } && value.Call?.Layer is Dense { Activation: Activation.Linear };

    /// <summary>
    /// A loss for a model's first output, to go on training with: cross-entropy for one number a class, squared error for anything else.
    /// </summary>
    public static Loss LossOf(Model model) => model.Output.Shape is not { Rank: 1, Count: > 1 }
        ? new MeanSquaredError()
        : new SparseCategoricalCrossentropy(fromLogits: !IsSoftmax(model.Output));
}
