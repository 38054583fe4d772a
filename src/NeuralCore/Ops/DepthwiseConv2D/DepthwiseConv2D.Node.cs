namespace NeuralCore.Ops;

/// <summary>Depthwise convolution, with its bias if it has one and perhaps a ReLU in the same pass; <see cref="DepthwiseConv2DReference"/> states it.</summary>
internal sealed class DepthwiseConv2DNode : Node
{
    /// <summary>Applies a depthwise convolution.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="input">Height x width x channels.</param>
    /// <param name="weights">The kernel, and the bias if there is one.</param>
    public DepthwiseConv2DNode(DepthwiseConv2DShape shape, Value input, IReadOnlyList<Weight> weights)
        : base([input], weights)
    {
        Shape = shape;
        NewOutput("depthwise_conv2d", new Shape(shape.OutHeight, shape.OutWidth, shape.Filters));
    }

    /// <summary>The same convolution with the ReLU behind it.</summary>
    public DepthwiseConv2DNode(DepthwiseConv2DNode conv, ReLUNode relu)
        : base(conv.Inputs, conv.Weights)
    {
        (Shape, Activation) = (conv.Shape, Activation.Relu);
        TakeOver(relu.Output);
    }

    public DepthwiseConv2DShape Shape { get; }

    public Activation Activation { get; }

    public override string Description =>
        $"DepthwiseConv2D {Shape.Window.Kernel}{(Weights.Count > 1 ? " + bias" : string.Empty)}{(Activation == Activation.Relu ? " + ReLU" : string.Empty)}";

    public override double? ReluScale => Activation == Activation.Relu ? 1 : null;

    public override IEnumerable<Value> ReadBackward => Activation == Activation.Relu ? [Input, Output] : [Input];

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => backend.ScratchBytes(Shape, items);

    public override void Forward<T>(in NodeRun<T> run) =>
        run.Backend.DepthwiseConv2DForward(
            Shape, run.Items, run.Input, run.WeightAt(0).Values, run.WeightOrNull(1)?.Values, Activation, run.Output, run.Scratch);

    public override void Backward<T>(in NodeRun<T> run)
    {
        OutputGradient dOutput = run.GatedGradient(ReluScale);
        if (run.WeightAt(0).Gradient is { } dWeights)
        {
            run.Backend.DepthwiseConv2DBackwardWeights(Shape, run.Items, run.Input, dOutput, dWeights, run.WeightOrNull(1)?.Gradient, run.Scratch);
        }

        if (run.InputGradient is { } dInput)
        {
            run.Backend.DepthwiseConv2DBackwardInput(Shape, run.Items, dOutput, run.WeightAt(0).Values, dInput, run.Scratch);
        }
    }
}

/// <summary>A ReLU goes into the pass of the depthwise convolution before it.</summary>
internal sealed class DepthwiseConv2DReluRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (DepthwiseConv2DNode { Activation: Activation.Linear } conv, ReLUNode relu) ? new DepthwiseConv2DNode(conv, relu) : null;
}
