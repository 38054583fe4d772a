namespace NeuralCore.Ops;

/// <summary>
/// Batch normalization, perhaps with a ReLU in the same pass; <see cref="BatchNormReference"/> states it. In training it takes the batch's statistics and
/// moves the moving ones, unless its layer is frozen; else it takes the moving ones.
/// </summary>
internal sealed class BatchNormNode : Node, IBatchWideNode
{
    private readonly int _gamma;
    private readonly int _beta;

    /// <summary>Applies a normalization.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="input">Anything whose last axis is the channels.</param>
    /// <param name="moving">The moving mean and variance.</param>
    /// <param name="gamma">The factors, if there are any.</param>
    /// <param name="beta">The offsets, if there are any.</param>
    public BatchNormNode(BatchNormShape shape, Value input, (Weight Mean, Weight Variance) moving, Weight? gamma, Weight? beta)
        : base([input], [moving.Mean, moving.Variance, .. new[] { gamma, beta }.OfType<Weight>()])
    {
        Shape = shape;
        (_gamma, _beta) = (gamma is null ? -1 : 2, beta is null ? -1 : gamma is null ? 2 : 3);
        NewOutput("batch_normalization", input.Shape);
    }

    /// <summary>The same normalization with the ReLU behind it.</summary>
    public BatchNormNode(BatchNormNode norm, ReLUNode relu)
        : base(norm.Inputs, norm.Weights)
    {
        (Shape, _gamma, _beta, Activation) = (norm.Shape, norm._gamma, norm._beta, Activation.Relu);
        TakeOver(relu.Output);
    }

    public BatchNormShape Shape { get; }

    public Activation Activation { get; }

    public override string Description => $"BatchNorm{(Activation == Activation.Relu ? " + ReLU" : string.Empty)}";

    public override double? ReluScale => Activation == Activation.Relu ? 1 : null;

    public override IEnumerable<Value> ReadBackward => Activation == Activation.Relu ? [Input, Output] : [Input];

    public override IReadOnlyList<KeptBuffer> Kept(PlanSizes sizes) => [new KeptBuffer("statistics", StatisticsBytes(sizes.ElementSize))];

    public override long ScratchBytes<T>(IBackend<T> backend, int items) => backend.ScratchBytes(Shape, items);

    public override void Forward<T>(in NodeRun<T> run)
    {
        BatchNormWeights weights = WeightsOf(run.Memory.Weights, run.KeptAt(0)!.Value, first: 0);
        if (!run.ShardSums.IsEmpty)
        {
            new ShardSums(Shape, run.ShardSums).WriteStatistics(run.Backend.HostValues(weights.Statistics));
        }
        else if (IsOfBatch(run))
        {
            run.Backend.BatchNormStatistics(Shape, run.Items, run.Input, run.WeightAt(0).Values, run.WeightAt(1).Values, weights.Statistics, run.Scratch);
        }
        else
        {
            run.Backend.BatchNormMovingStatistics(Shape, run.WeightAt(0).Values, run.WeightAt(1).Values, weights.Statistics);
        }

        run.Backend.BatchNormForward(Shape, run.Items, run.Input, weights, Activation, run.Output, run.Scratch);
    }

    public override void Backward<T>(in NodeRun<T> run)
    {
        BatchNormWeights weights = WeightsOf(run.Memory.Weights, run.KeptAt(0)!.Value, first: 0);
        if (run.ShardSums.IsEmpty)
        {
            run.Backend.BatchNormBackward(
                Shape, run.Items, run.Input, weights, run.GatedGradient(ReluScale),
                new BatchNormGradients(IsOfBatch(run), run.InputGradient, Gradient(run, _gamma), Gradient(run, _beta)), run.Scratch);
        }
        else if (run.InputGradient is { } dInput)
        {
            double[] gradients = (double[])(run.Memory.Work ??= new double[2 * Shape.Channels]);
            new ShardSums(Shape, run.ShardSums).WriteGradients(gradients);
            var totals = new BatchNormTotals(gradients, run.Run.BatchItems * Shape.Positions);
            Sharded(run.Backend).BatchNormShardInputGradient(Shape, run.Items, run.Input, weights, run.GatedGradient(ReluScale), dInput, totals, run.Scratch);
        }
    }

    int IBatchWideNode.SumCount => ShardSums.CountOf(Shape);

    bool IBatchWideNode.IsBatchWide<T>(NodeMemory<T> memory) => !memory.Weights[0].IsFrozen;

    void IBatchWideNode.ForwardSums<T>(in NodeRun<T> run, Span<double> sums)
    {
        sums[0] = (double)run.Items * Shape.Positions;
        Sharded(run.Backend).BatchNormShardMoments(Shape, run.Items, run.Input, sums[1..], run.Scratch);
    }

    void IBatchWideNode.UpdateState<T>(in NodeRun<T> run) =>
        new ShardSums(Shape, run.ShardSums).MoveStatistics(run.Backend.HostValues(run.WeightAt(0).Values), run.Backend.HostValues(run.WeightAt(1).Values));

    void IBatchWideNode.BackwardSums<T>(in NodeRun<T> run, Span<double> sums)
    {
        sums[0] = (double)run.Items * Shape.Positions;
        Sharded(run.Backend).BatchNormShardGradientSums(
            Shape, run.Items, run.Input, WeightsOf(run.Memory.Weights, run.KeptAt(0)!.Value, first: 0), run.GatedGradient(ReluScale),
            new BatchNormGradients(true, null, Gradient(run, _gamma), Gradient(run, _beta)), sums[1..], run.Scratch);
    }

    /// <summary>The bytes that statistics take.</summary>
    public long StatisticsBytes(int elementSize) => 3L * Shape.Channels * elementSize;

    /// <summary>What it scales and shifts by.</summary>
    /// <param name="weights">The memory of weights.</param>
    /// <param name="statistics">The statistics.</param>
    /// <param name="first">Where this node's begin among them.</param>
    public BatchNormWeights WeightsOf(WeightSlots[] weights, Slot statistics, int first) =>
        new(statistics, _gamma < 0 ? null : weights[first + _gamma].Values, _beta < 0 ? null : weights[first + _beta].Values);

    private static IShardedBatchNorm<T> Sharded<T>(IBackend<T> backend)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => (IShardedBatchNorm<T>)backend;

    private static bool IsOfBatch<T>(in NodeRun<T> run)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => run.Run.Training && !run.WeightAt(0).IsFrozen;

    private static Slot? Gradient<T>(in NodeRun<T> run, int index)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => index < 0 ? null : run.WeightAt(index).Gradient;
}

/// <summary>A ReLU goes into the pass of the normalization before it.</summary>
internal sealed class BatchNormReluRule : FusionRule
{
    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (BatchNormNode { Activation: Activation.Linear } norm, ReLUNode relu) ? new BatchNormNode(norm, relu) : null;
}
