using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>Two convolutions, a pooling and perhaps a dropout in one pass, for a network's first layers: what lies between is not kept.</summary>
internal sealed class ConvBlockNode : Node
{
    private readonly Conv2DMaxPoolNode _second;
    private readonly DropoutNode? _dropout;

    /// <summary>Takes the place of a convolution with ReLU and the pooled one behind it.</summary>
    public ConvBlockNode(Conv2DNode first, Conv2DMaxPoolNode second)
        : base(first.Inputs, [.. first.Weights, .. second.Weights])
    {
        (Shape, _second, _dropout) = (new ConvBlockShape(first.Shape, second.Shape), second, second.Dropout);
        TakeOver(second.Output);
    }

    /// <summary>Takes the place of both and of the dropout behind them.</summary>
    public ConvBlockNode(ConvBlockNode block, DropoutNode dropout)
        : base(block.Inputs, block.Weights)
    {
        (Shape, _second, _dropout) = (block.Shape, block._second, dropout);
        TakeOver(dropout.Output);
    }

    public ConvBlockShape Shape { get; }

    public Activation Activation => _second.Activation;

    public bool HasDropout => _dropout is not null;

    public override string Description =>
        $"Conv2D + ReLU + Conv2D{(Activation == Activation.Relu ? " + ReLU" : string.Empty)} + pool {Shape.Second.Pool.PoolHeight}x{Shape.Second.Pool.PoolWidth}"
        + (_dropout is null ? string.Empty : " + dropout");

    public override long ForwardFlop => Shape.Flop;

    public override Node? Drawn => _dropout;

    public override double? ReluScale => Activation == Activation.Relu ? _dropout?.Scale ?? 1 : null;

    public override IEnumerable<Value> ReadBackward => Activation == Activation.Relu ? [Input, Output] : [Input];

    public override long BackwardFlop(bool withInput) => Shape.Flop + Shape.Second.Conv.Flop;

    public override IReadOnlyList<KeptBuffer> Kept(PlanSizes sizes) => _second.Kept(sizes);

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => Fused(backend).ScratchBytes(Shape, items);

    public override long PreparedBytes<T>(IBackend<T> backend) => backend.PreparedBytes(Shape.Second.Conv);

    public override void Prepare<T>(in NodeRun<T> run) => run.Backend.Prepare(Shape.Second.Conv, run.WeightAt(2).Values, run.Prepared!.Value);

    public override void Forward<T>(in NodeRun<T> run) =>
        Fused(run.Backend).ConvBlockForward(
            Shape, run.Items, run.Input, Values(run), Activation, new PooledResult(run.Output, run.KeptAt(0), _dropout?.Mask(run)), run.Scratch);

    public override void Backward<T>(in NodeRun<T> run) =>
        Fused(run.Backend).ConvBlockBackward(
            Shape, run.Items, run.Input, run.GatedGradient(ReluScale), run.KeptAt(0)!.Value, Values(run), Gradients(run), run.Scratch);

    private static IFusedConvBlock Fused(object backend) => (IFusedConvBlock)backend;

    private static ConvBlockParameters Values<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(run.WeightAt(0).Values, run.WeightAt(1).Values), new(run.WeightAt(2).Values, run.WeightAt(3).Values, run.Prepared));

    private static ConvBlockParameters Gradients<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(new(run.WeightAt(0).Gradient!.Value, run.WeightAt(1).Gradient!.Value), new(run.WeightAt(2).Gradient!.Value, run.WeightAt(3).Gradient!.Value));
}

/// <summary>
/// A network's first convolution goes into the pass of the second where computing it twice is next to nothing. Both have a bias; backward computes
/// the gradients of all their weights, and none of the input.
/// </summary>
internal sealed class ConvBlockRule : FusionRule
{
    public override bool IsOfferedBy(object backend) => backend is IFusedConvBlock;

    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (Conv2DNode { Activation: Activation.Relu, Weights.Count: 2 } conv, Conv2DMaxPoolNode { Weights.Count: 2 } pooled)
            && ConvBlockShape.CanFuse(conv.Shape, pooled.Shape)
            && (graph.Backend as IFusedConvBlock)?.Pays(new(conv.Shape, pooled.Shape)) != false
            && (!graph.HasBackward || (!graph.WantsGradient(conv.Input) && conv.Weights.Concat(pooled.Weights).All(graph.IsTrained)))
            ? new ConvBlockNode(conv, pooled)
            : null;
}

/// <summary>A dropout goes into the pass of the block before it, as into a pooled convolution's.</summary>
internal sealed class ConvBlockDropoutRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (ConvBlockNode { Activation: Activation.Relu, HasDropout: false } block, DropoutNode dropout) ? new ConvBlockNode(block, dropout) : null;
}
