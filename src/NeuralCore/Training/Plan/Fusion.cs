using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// Replaces known sequences of steps by one hand-written op that does the same in one pass over memory. A plan made without
/// fusion runs the textbook chain, and a test holds the two together.
/// </summary>
internal static class Fusion
{
    /// <summary>The steps with every known sequence replaced.</summary>
    public static IReadOnlyList<Step<T>> Apply<T>(IReadOnlyList<Step<T>> steps)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var fused = new List<Step<T>>();
        foreach (Step<T> step in steps)
        {
            fused.Add(step);
            while (fused.Count > 1 && Pair(fused[^2], fused[^1]) is { } pair)
            {
                fused.RemoveAt(fused.Count - 1);
                fused[^1] = pair;
            }
        }

        return [.. fused.Select(step => step is DenseStep<T> { Shape.WeightCount: >= DenseStep<T>.LeastWeightsToUpdate } dense ? dense.UpdatingItself() : step)];
    }

    /// <summary>
    /// The steps, with the gradient of a dense layer's input in the place of that input wherever it came out of a ReLU of the step before: the layer has
    /// read it when it writes the gradient, and a zero in it says where the ReLU lets no gradient through.
    /// </summary>
    public static IReadOnlyList<Step<T>> ReplaceInputs<T>(IReadOnlyList<Step<T>> steps)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. steps.Select((step, i) => step is DenseStep<T> { Input.Gradient: not null } dense && i > 0 && steps[i - 1].EndsInRelu ? dense.Replacing(steps[i - 1]) : step)];

    private static Step<T>? Pair<T>(Step<T> first, Step<T> second)
        where T : unmanaged, IFloatingPointIeee754<T> => (first, second) switch
        {
            (Conv2DStep<T> { Activation: Activation.Linear } conv, ReluStep<T>) =>
                new Conv2DStep<T>(conv.Shape, Activation.Relu, conv.Input, second.Output, conv.Weights, conv.Bias),
            (Conv2DStep<T> conv, MaxPool2DStep<T> pool) when Conv2DMaxPoolShape.CanFuse(pool.Shape) =>
                new Conv2DMaxPoolStep<T>(
                    new Conv2DMaxPoolShape(conv.Shape, pool.Shape), conv.Activation, conv.Input, second.Output, conv.Weights, conv.Bias, pool.Winners),
            (Conv2DStep<T> { Activation: Activation.Relu, Input.Gradient: null } conv, Conv2DMaxPoolStep<T> pooled)
                when ConvBlockShape.CanFuse(conv.Shape, pooled.Shape) =>
                new ConvBlockStep<T>(
                    new ConvBlockShape(conv.Shape, pooled.Shape), pooled.Activation, conv.Input, pooled.Output,
                    [conv.Weights, conv.Bias, pooled.Weights, pooled.Bias], pooled.Winners),
            (Conv2DMaxPoolStep<T> { Activation: Activation.Relu } pooled, DropoutStep<T> dropout) => pooled.With(dropout),
            (ConvBlockStep<T> { Activation: Activation.Relu } block, DropoutStep<T> dropout) => block.With(dropout),
            (DenseStep<T> { Activation: Activation.Linear } dense, ReluStep<T>) =>
                new DenseStep<T>(dense.Shape, Activation.Relu, dense.Input, second.Output, dense.Weights, dense.Bias),
            _ => null,
        };
}
