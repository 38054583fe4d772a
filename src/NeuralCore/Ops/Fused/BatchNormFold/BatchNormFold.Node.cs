using System.Numerics;
using System.Runtime.CompilerServices;

namespace NeuralCore.Ops;

/// <summary>
/// A convolution or dense layer and the normalization of its outputs by moving statistics as one op with other weights, which are made when weights have
/// changed: <see cref="BatchNormReference.Fold"/> states them. It is for plans that only predict.
/// </summary>
internal sealed class BatchNormFoldNode : Node
{
    private readonly Node _linear;
    private readonly BatchNormNode _norm;

    /// <summary>Joins the two.</summary>
    /// <param name="linear">An op with a kernel, whose last axis is the channels, and perhaps a bias.</param>
    /// <param name="norm">The normalization behind it.</param>
    public BatchNormFoldNode(Node linear, BatchNormNode norm)
        : base(linear.Inputs, [.. linear.Weights, .. norm.Weights])
    {
        (_linear, _norm) = (linear, norm);
        TakeOver(norm.Output);
    }

    /// <summary>The same with a ReLU behind it.</summary>
    public BatchNormFoldNode(BatchNormFoldNode folded, Node rectified)
        : base(folded.Inputs, folded.Weights)
    {
        (_linear, _norm) = (rectified, folded._norm);
        TakeOver(rectified.Output);
    }

    /// <summary>The op whose weights are changed.</summary>
    public Node Linear => _linear;

    public override string Description => $"{_linear.Description}, BatchNorm folded in";

    public override long ForwardFlop => _linear.ForwardFlop;

    public override double? ReluScale => _linear.ReluScale;

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => _linear.ScratchBytes(backend, items);

    public override long PreparedBytes<T>(IBackend<T> backend) => PlacesOf(backend).End;

    public override void Prepare<T>(in NodeRun<T> run)
    {
        Places places = PlacesOf(run.Backend);
        Slot prepared = run.Prepared!.Value, statistics = Part(prepared, places.Statistics, places.End);
        WeightSlots[] weights = run.Memory.Weights;
        int first = _linear.Weights.Count, kernelCount = _linear.Weights[0].Shape.Count;
        run.Backend.BatchNormMovingStatistics(_norm.Shape, weights[first].Values, weights[first + 1].Values, statistics);
        run.Backend.BatchNormFold(
            _norm.Shape, kernelCount / _norm.Shape.Channels, weights[0].Values, first > 1 ? weights[1].Values : null, _norm.WeightsOf(weights, statistics, first),
            Part(prepared, 0, places.Bias), Part(prepared, places.Bias, places.Inner));
        NodeMemory<T> memory = InnerMemory(run);
        if (memory.Prepared is not null)
        {
            _linear.Prepare(new NodeRun<T>(run.Backend, memory, run.Run));
        }
    }

    public override void Forward<T>(in NodeRun<T> run) => _linear.Forward(new NodeRun<T>(run.Backend, InnerMemory(run), run.Run));

    public override void Backward<T>(in NodeRun<T> run) => throw new NotSupportedException("A folded normalization has no backward pass.");

    /// <summary>The memory as the op finds it: its weights are the prepared ones.</summary>
    private NodeMemory<T> InnerMemory<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (run.Memory.Work is NodeMemory<T> made)
        {
            return made;
        }

        Places places = PlacesOf(run.Backend);
        Slot prepared = run.Prepared!.Value;
        var memory = new NodeMemory<T>
        {
            Inputs = run.Memory.Inputs,
            InputGradients = run.Memory.InputGradients,
            Outputs = run.Memory.Outputs,
            OutputGradients = run.Memory.OutputGradients,
            Kept = run.Memory.Kept,
            Weights = [new WeightSlots(Part(prepared, 0, places.Bias), null), new WeightSlots(Part(prepared, places.Bias, places.Inner), null)],
            Prepared = places.Statistics > places.Inner ? Part(prepared, places.Inner, places.Statistics) : null,
            Scratch = run.Memory.Scratch,
        };
        run.Memory.Work = memory;
        return memory;
    }

    private Places PlacesOf<T>(IBackend<T> backend)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int size = Unsafe.SizeOf<T>();
        long bias = Slot.Align((long)_linear.Weights[0].Shape.Count * size), inner = bias + Slot.Align((long)_norm.Shape.Channels * size);
        long statistics = inner + Slot.Align(_linear.PreparedBytes(backend));
        return new Places(bias, inner, statistics, statistics + Slot.Align(_norm.StatisticsBytes(size)));
    }

    private static Slot Part(Slot slot, long first, long end) => slot.Block.Slot(slot.Offset + first, end - first);

    /// <summary>Where what is prepared lies: the kernel at 0, then the bias, what the op itself prepares, and the statistics.</summary>
    private readonly record struct Places(long Bias, long Inner, long Statistics, long End);
}

/// <summary>A normalization by moving statistics goes into the weights of the linear op before it.</summary>
internal sealed class BatchNormFoldRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) =>
        second is BatchNormNode { Activation: Activation.Linear } norm && graph.CanPrepare && ChannelsOf(first) == norm.Shape.Channels ? new BatchNormFoldNode(first, norm) : null;

    /// <summary>The channels of a linear op's output; null where it is none.</summary>
    private static int? ChannelsOf(Node node) => node switch
    {
        Conv2DNode { Activation: Activation.Linear } conv => conv.Shape.Filters,
        DepthwiseConv2DNode { Activation: Activation.Linear } conv => conv.Shape.Filters,
        DenseNode { Activation: Activation.Linear } dense => dense.Shape.Units,
        _ => null,
    };
}

/// <summary>A ReLU behind a folded normalization goes into the op that it was folded into.</summary>
internal sealed class BatchNormFoldReluRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) => (first, second) is not (BatchNormFoldNode folded, ReLUNode relu)
        ? null
        : folded.Linear switch
        {
            Conv2DNode { Activation: Activation.Linear } conv => new BatchNormFoldNode(folded, new Conv2DNode(conv, relu)),
            DepthwiseConv2DNode { Activation: Activation.Linear } conv => new BatchNormFoldNode(folded, new DepthwiseConv2DNode(conv, relu)),
            DenseNode { Activation: Activation.Linear } dense => new BatchNormFoldNode(folded, new DenseNode(dense, relu)),
            _ => null,
        };
}
