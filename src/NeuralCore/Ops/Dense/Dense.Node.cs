namespace NeuralCore.Ops;

/// <summary>A dense layer's product, with its bias if it has one and perhaps a ReLU in the same pass; <see cref="DenseReference"/> states it.</summary>
internal sealed class DenseNode : Node
{
    /// <summary>The weights from which on it saves time to update them in backward: more than a second-level cache holds.</summary>
    public const int LeastWeightsToUpdate = 1 << 18;

    /// <summary>Applies a dense layer.</summary>
    /// <param name="units">Its outputs.</param>
    /// <param name="input">Its features.</param>
    /// <param name="weights">The kernel, and the bias if there is one.</param>
    public DenseNode(int units, Value input, IReadOnlyList<Weight> weights)
        : base([input], weights)
    {
        Shape = new DenseShape(input.Shape.Count, units);
        NewOutput("dense", new Shape(units));
    }

    /// <summary>The same product with the ReLU behind it.</summary>
    public DenseNode(DenseNode dense, ReLUNode relu)
        : base(dense.Inputs, dense.Weights)
    {
        (Shape, Activation) = (dense.Shape, Activation.Relu);
        TakeOver(relu.Output);
    }

    public DenseShape Shape { get; }

    public Activation Activation { get; }

    public override string Description =>
        $"Dense{(Weights.Count > 1 ? " + bias" : string.Empty)}{(Activation == Activation.Relu ? " + ReLU" : string.Empty)}";

    public override long ForwardFlop => Shape.Flop;

    public override double? ReluScale => Activation == Activation.Relu ? 1 : null;

    public override IEnumerable<Value> ReadBackward => Activation == Activation.Relu ? [Input, Output] : [Input];

    public override bool CanUpdate(object backend, UpdateRules update) =>
        backend is IFusedDenseUpdate fused && update.Of(Weights[0].Role).StateCount <= fused.MostStates && Shape.WeightCount >= LeastWeightsToUpdate;

    public override bool CanReplaceInput<T>(IBackend<T> backend) => backend.CanReplaceInput;

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => backend.ScratchBytes(Shape, items);

    public override void Forward<T>(in NodeRun<T> run) =>
        run.Backend.DenseForward(Shape, run.Items, run.Input, run.WeightAt(0).Values, run.WeightOrNull(1)?.Values, Activation, run.Output, run.Scratch);

    public override void Backward<T>(in NodeRun<T> run)
    {
        OutputGradient dOutput = run.GatedGradient(ReluScale);
        WeightSlots weights = run.WeightAt(0);
        if (run.Update is { } update)
        {
            ((IFusedDenseUpdate)run.Backend).DenseBackwardUpdate(
                Shape, run.Items, run.Input, dOutput, run.ReplacingInputGradient, new DenseUpdate(update, weights, run.WeightOrNull(1)?.Gradient), run.Scratch);
            return;
        }

        if (weights.Gradient is { } dWeights)
        {
            run.Backend.DenseBackwardWeights(Shape, run.Items, run.Input, dOutput, dWeights, run.WeightOrNull(1)?.Gradient, run.Scratch);
        }

        if (run.ReplacingInputGradient is { } dInput)
        {
            run.Backend.DenseBackwardInput(Shape, run.Items, dOutput, weights.Values, dInput, run.Scratch);
        }
    }
}

/// <summary>A ReLU goes into the pass of the dense layer before it.</summary>
internal sealed class DenseReluRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (DenseNode { Activation: Activation.Linear } dense, ReLUNode relu) ? new DenseNode(dense, relu) : null;
}
