namespace NeuralCore.Ops;

/// <summary>Softmax over the last axis.</summary>
internal sealed class SoftmaxNode : Node
{
    /// <summary>Applies a softmax.</summary>
    public SoftmaxNode(Value input)
        : base([input]) => NewOutput("softmax", input.Shape);

    public override string Description => "Softmax";

    public override IEnumerable<Value> ReadBackward => [Output];

    private int Classes => Input.Shape[Input.Shape.Rank - 1];

    public override void Forward<T>(in NodeRun<T> run) =>
        run.Backend.Softmax(run.Items * (Input.Shape.Count / Classes), Classes, run.Input, run.Output);

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.SoftmaxBackward(run.Items * (Input.Shape.Count / Classes), Classes, run.Output, run.OutputGradient, run.InputGradient!.Value);
}

/// <summary>
/// Categorical cross-entropy of probabilities, and whether each item's greatest one is that of its class; <see cref="CrossEntropyReference"/> states it.
/// </summary>
internal sealed class CrossEntropyNode : LossNode
{
    /// <summary>Applies the loss.</summary>
    /// <param name="shape">What the targets are.</param>
    /// <param name="probabilities">One number a class.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="weights">What each item counts; as much as all others if null.</param>
    public CrossEntropyNode(in CrossEntropyShape shape, Value probabilities, Value targets, Value? weights)
        : base(probabilities, targets, weights)
    {
        Shape = shape;
        Losses = NewOutput("losses", default);
        Hits = NewOutput("hits", default);
    }

    /// <summary>What the targets are.</summary>
    public CrossEntropyShape Shape { get; }

    /// <summary>The loss of each item.</summary>
    public Value Losses { get; }

    /// <summary>Whether each item is right.</summary>
    public Value Hits { get; }

    public override string Description => "Cross-entropy";

    public override void Forward<T>(in NodeRun<T> run)
    {
        if (run.Run.HasTargets)
        {
            run.Backend.CrossEntropyForward(Shape, run.Items, run.Input, run.InputAt(1), run.OutputAt(0), run.OutputAt(1));
        }
    }

    protected override void BackwardUnweighted<T>(in NodeRun<T> run) =>
        run.Backend.CrossEntropyBackward(Shape, run.Items, run.Input, run.InputAt(1), run.InputGradient!.Value);
}

/// <summary>Softmax and cross-entropy in one; <see cref="SoftmaxCrossEntropyReference"/> states it.</summary>
internal sealed class SoftmaxCrossEntropyNode : LossNode
{
    private readonly CrossEntropyShape _shape;

    /// <summary>Takes the place of both.</summary>
    public SoftmaxCrossEntropyNode(SoftmaxNode softmax, CrossEntropyNode loss)
        : base(softmax.Input, loss.Targets, loss.Weighted)
    {
        _shape = loss.Shape;
        TakeOver(softmax.Output);
        TakeOver(loss.Losses);
        TakeOver(loss.Hits);
    }

    public override string Description => "Softmax + cross-entropy";

    public override IEnumerable<Value> ReadBackward => [.. Inputs.Skip(1), Output];

    public override void Forward<T>(in NodeRun<T> run)
    {
        if (run.Run.HasTargets)
        {
            run.Backend.SoftmaxCrossEntropyForward(_shape, run.Items, run.Input, run.InputAt(1), run.Output, run.OutputAt(1), run.OutputAt(2));
        }
        else
        {
            run.Backend.Softmax(run.Items, _shape.Classes, run.Input, run.Output);
        }
    }

    protected override void BackwardUnweighted<T>(in NodeRun<T> run) =>
        run.Backend.SoftmaxCrossEntropyBackward(_shape, run.Items, run.Output, run.InputAt(1), run.InputGradient!.Value);
}

/// <summary>The cross-entropy of a softmax is taken of what goes into it: the logarithm of a rounded probability would lose what the logits still say.</summary>
internal sealed class SoftmaxCrossEntropyRule : FusionRule
{
    public override bool IsDefinition => true;

    public override bool KeepsMiddle => true;

    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (SoftmaxNode { Input.Shape.Rank: 1 } softmax, CrossEntropyNode loss) ? new SoftmaxCrossEntropyNode(softmax, loss) : null;
}
