using System.Numerics.Tensors;

namespace NeuralCore.Ops;

/// <summary>
/// A loss of each item of a prediction. Backward gives the gradient of their mean, or where items have weights of the sum of weight * loss over the number
/// of items, which is Keras's normalisation; PyTorch divides by the sum of the weights.
/// </summary>
internal abstract class LossNode : Node
{
    /// <summary>Applies a loss.</summary>
    /// <param name="prediction">What the network gives.</param>
    /// <param name="targets">What it should have given.</param>
    /// <param name="weights">What each item counts; as much as all others if null.</param>
    protected LossNode(Value prediction, Value targets, Value? weights)
        : base(weights is null ? [prediction, targets] : [prediction, targets, weights])
    {
    }

    /// <summary>What the network should have given.</summary>
    public Value Targets => Inputs[1];

    /// <summary>What each item counts, if that is not the same.</summary>
    public Value? Weighted => Inputs.Count > 2 ? Inputs[2] : null;

    public override bool IsLoss => true;

    public sealed override void Backward<T>(in NodeRun<T> run)
    {
        BackwardUnweighted(run);
        if (run.Run.BatchItems != run.Items)
        {
            // The gradient is of the mean over the shard, and has to be of the mean over the whole batch.
            Span<T> gradient = run.Backend.HostValues(run.InputGradient!.Value)[..(run.Items * Input.Shape.Count)];
            TensorPrimitives.Multiply(gradient, T.CreateChecked(run.Items) / T.CreateChecked(run.Run.BatchItems), gradient);
        }

        if (Weighted is not null)
        {
            run.Backend.ScaleRows(run.Items, Input.Shape.Count, run.InputGradient!.Value, run.InputAt(2));
        }
    }

    /// <summary>Writes the gradient of the mean of the losses.</summary>
    protected abstract void BackwardUnweighted<T>(in NodeRun<T> run)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>;
}
