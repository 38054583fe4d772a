namespace NeuralCore.Ops;

/// <summary>Convolution, bias, activation, max-pooling and perhaps a dropout in one pass: what fusion makes of three to five nodes.</summary>
internal sealed class Conv2DMaxPoolNode : Node
{
    /// <summary>Takes the place of a convolution and the pooling behind it.</summary>
    public Conv2DMaxPoolNode(Conv2DNode conv, MaxPool2DNode pool)
        : base(conv.Inputs, conv.Weights)
    {
        (Shape, Activation, Pool) = (new Conv2DMaxPoolShape(conv.Shape, pool.Shape), conv.Activation, pool);
        TakeOver(pool.Output);
    }

    /// <summary>Takes the place of both and of the dropout behind them.</summary>
    public Conv2DMaxPoolNode(Conv2DMaxPoolNode pooled, DropoutNode dropout)
        : base(pooled.Inputs, pooled.Weights)
    {
        (Shape, Activation, Pool, Dropout) = (pooled.Shape, pooled.Activation, pooled.Pool, dropout);
        TakeOver(dropout.Output);
    }

    public Conv2DMaxPoolShape Shape { get; }

    public Activation Activation { get; }

    public MaxPool2DNode Pool { get; }

    public DropoutNode? Dropout { get; }

    public override string Description =>
        $"Conv2D {Shape.Conv.KernelHeight}x{Shape.Conv.KernelWidth}{(Weights.Count > 1 ? " + bias" : string.Empty)}{(Activation == Activation.Relu ? " + ReLU" : string.Empty)}"
        + $" + pool {Shape.Pool.PoolHeight}x{Shape.Pool.PoolWidth}{(Dropout is null ? string.Empty : " + dropout")}";

    public override string WaysOn<T>(IBackend<T> backend, int items) => backend.WaysOf(Shape.Conv, items) is { } ways
        ? $"y {ConvWays.Name(ways.Forward == ConvWay.Winograd && !WinogradCpu.CanPool(Shape) ? ConvWay.Product : ways.Forward)}, dx and dw of the winners"
        : string.Empty;

    public override long ForwardFlop => Shape.Conv.Flop;

    public override Node? Drawn => Dropout;

    public override double? ReluScale => Activation == Activation.Relu ? Dropout?.Scale ?? 1 : null;

    public override IEnumerable<Value> ReadBackward => Activation == Activation.Relu ? [Input, Output] : [Input];

    public override IReadOnlyList<KeptBuffer> Kept(PlanSizes sizes) => Pool.Kept(sizes);

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => Fused(backend).ScratchBytes(Shape, items);

    public override long PreparedBytes<T>(IBackend<T> backend) => backend.PreparedBytes(Shape.Conv);

    public override void Prepare<T>(in NodeRun<T> run) => run.Backend.Prepare(Shape.Conv, run.WeightAt(0).Values, run.Prepared!.Value);

    public override void Forward<T>(in NodeRun<T> run) =>
        Fused(run.Backend).Conv2DMaxPoolForward(
            Shape, run.Items, run.Input, ConvWeights.Of(run), Activation, new PooledResult(run.Output, run.KeptAt(0), Dropout?.Mask(run)), run.Scratch);

    public override void Backward<T>(in NodeRun<T> run)
    {
        OutputGradient dOutput = run.GatedGradient(ReluScale);
        if (run.WeightAt(0).Gradient is { } dWeights)
        {
            Fused(run.Backend).Conv2DMaxPoolBackwardWeights(
                Shape, run.Items, run.Input, dOutput, run.KeptAt(0)!.Value, dWeights, run.WeightOrNull(1)?.Gradient, run.Scratch);
        }

        if (run.InputGradient is { } dInput)
        {
            Fused(run.Backend).Conv2DMaxPoolBackwardInput(Shape, run.Items, dOutput, run.KeptAt(0)!.Value, run.WeightAt(0).Values, dInput, run.Scratch);
        }
    }

    private static IFusedConv2DMaxPool Fused(object backend) => (IFusedConv2DMaxPool)backend;
}

/// <summary>A pooling whose windows tile the image goes into the pass of the convolution before it.</summary>
internal sealed class Conv2DMaxPoolRule : FusionRule
{
    public override bool IsOfferedBy(object backend) => backend is IFusedConv2DMaxPool;

    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (Conv2DNode conv, MaxPool2DNode pool)
            && Conv2DMaxPoolShape.CanFuse(conv.Shape, pool.Shape)
            && (graph.Backend as IFusedConv2DMaxPool)?.Pays(new(conv.Shape, pool.Shape)) != false
            ? new Conv2DMaxPoolNode(conv, pool)
            : null;
}

/// <summary>
/// A dropout goes into the pass of the pooled convolution before it, if there is a ReLU: its backward is then a factor, because what it dropped is
/// zero in the output.
/// </summary>
internal sealed class Conv2DMaxPoolDropoutRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (Conv2DMaxPoolNode { Activation: Activation.Relu, Dropout: null } pooled, DropoutNode dropout)
            ? new Conv2DMaxPoolNode(pooled, dropout)
            : null;
}
