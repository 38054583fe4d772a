namespace NeuralCore.Ops;

/// <summary>Convolution, with its bias if it has one and perhaps a ReLU in the same pass; <see cref="Conv2DReference"/> states it.</summary>
internal sealed class Conv2DNode : Node
{
    /// <summary>Applies a convolution.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="input">Height x width x channels.</param>
    /// <param name="weights">The kernel, and the bias if there is one.</param>
    public Conv2DNode(Conv2DShape shape, Value input, IReadOnlyList<Weight> weights)
        : base([input], weights)
    {
        Shape = shape;
        NewOutput("conv2d", new Shape(shape.OutHeight, shape.OutWidth, shape.Filters));
    }

    /// <summary>The same convolution with the ReLU behind it.</summary>
    public Conv2DNode(Conv2DNode conv, ReLUNode relu)
        : base(conv.Inputs, conv.Weights)
    {
        (Shape, Activation) = (conv.Shape, Activation.Relu);
        TakeOver(relu.Output);
    }

    public Conv2DShape Shape { get; }

    public Activation Activation { get; }

    public override string Description =>
        $"Conv2D {Shape.KernelHeight}x{Shape.KernelWidth}{(Weights.Count > 1 ? " + bias" : string.Empty)}{(Activation == Activation.Relu ? " + ReLU" : string.Empty)}";

    public override string WaysOn<T>(IBackend<T> backend, int items) => $"{backend.WaysOf(Shape, items)}";

    public override long ForwardFlop => Shape.Flop;

    public override double? ReluScale => Activation == Activation.Relu ? 1 : null;

    public override IEnumerable<Value> ReadBackward => Activation == Activation.Relu ? [Input, Output] : [Input];

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => backend.ScratchBytes(Shape, items);

    public override long PreparedBytes<T>(IBackend<T> backend) => backend.PreparedBytes(Shape);

    public override void Prepare<T>(in NodeRun<T> run) => run.Backend.Prepare(Shape, run.WeightAt(0).Values, run.Prepared!.Value);

    public override void Forward<T>(in NodeRun<T> run) =>
        run.Backend.Conv2DForward(Shape, run.Items, run.Input, ConvWeights.Of(run), Activation, run.Output, run.Scratch);

    public override void Backward<T>(in NodeRun<T> run)
    {
        OutputGradient dOutput = run.GatedGradient(ReluScale);
        if (run.WeightAt(0).Gradient is { } dWeights)
        {
            run.Backend.Conv2DBackwardWeights(Shape, run.Items, run.Input, dOutput, dWeights, run.WeightOrNull(1)?.Gradient, run.Scratch);
        }

        if (run.InputGradient is { } dInput)
        {
            run.Backend.Conv2DBackwardInput(Shape, run.Items, dOutput, run.WeightAt(0).Values, dInput, run.Scratch);
        }
    }
}

/// <summary>A ReLU goes into the pass of the convolution before it.</summary>
internal sealed class Conv2DReluRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (Conv2DNode { Activation: Activation.Linear } conv, ReLUNode relu) ? new Conv2DNode(conv, relu) : null;
}
