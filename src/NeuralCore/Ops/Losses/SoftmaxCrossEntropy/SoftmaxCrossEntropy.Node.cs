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
/// Sparse categorical cross-entropy of probabilities, and whether each item's greatest one is its label's; <see cref="CrossEntropyReference"/> states it.
/// </summary>
internal sealed class CrossEntropyNode : Node
{
    /// <summary>Applies the loss.</summary>
    /// <param name="probabilities">One number a class.</param>
    /// <param name="labels">The labels.</param>
    public CrossEntropyNode(Value probabilities, Value labels)
        : base([probabilities, labels])
    {
        Losses = NewOutput("losses", default);
        Hits = NewOutput("hits", default);
    }

    /// <summary>The loss of each item.</summary>
    public Value Losses { get; }

    /// <summary>Whether each item is right.</summary>
    public Value Hits { get; }

    public override string Description => "Cross-entropy";

    public override bool IsLoss => true;

    public override void Forward<T>(in NodeRun<T> run)
    {
        if (run.Run.HasTargets)
        {
            run.Backend.CrossEntropyForward(run.Items, Input.Shape.Count, run.Input, run.InputAt(1), run.OutputAt(0), run.OutputAt(1));
        }
    }

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.CrossEntropyBackward(run.Items, Input.Shape.Count, run.Input, run.InputAt(1), run.InputGradient!.Value);
}

/// <summary>Softmax and cross-entropy in one; <see cref="SoftmaxCrossEntropyReference"/> states it.</summary>
internal sealed class SoftmaxCrossEntropyNode : Node
{
    /// <summary>Takes the place of both.</summary>
    public SoftmaxCrossEntropyNode(SoftmaxNode softmax, CrossEntropyNode loss)
        : base([softmax.Input, loss.Inputs[1]])
    {
        TakeOver(softmax.Output);
        TakeOver(loss.Losses);
        TakeOver(loss.Hits);
    }

    public override string Description => "Softmax + cross-entropy";

    public override bool IsLoss => true;

    public override IEnumerable<Value> ReadBackward => [Inputs[1], Output];

    public override void Forward<T>(in NodeRun<T> run)
    {
        int classes = Input.Shape.Count;
        if (run.Run.HasTargets)
        {
            run.Backend.SoftmaxCrossEntropyForward(run.Items, classes, run.Input, run.InputAt(1), run.Output, run.OutputAt(1), run.OutputAt(2));
        }
        else
        {
            run.Backend.Softmax(run.Items, classes, run.Input, run.Output);
        }
    }

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.SoftmaxCrossEntropyBackward(run.Items, Input.Shape.Count, run.Output, run.InputAt(1), run.InputGradient!.Value);
}

/// <summary>The cross-entropy of a softmax is taken of what goes into it: the logarithm of a rounded probability would lose what the logits still say.</summary>
internal sealed class SoftmaxCrossEntropyRule : FusionRule
{
    public override bool IsDefinition => true;

    public override bool KeepsMiddle => true;

    public override Node? Fuse(Node first, Node second, Graph graph) =>
        (first, second) is (SoftmaxNode { Input.Shape.Rank: 1 } softmax, CrossEntropyNode loss) ? new SoftmaxCrossEntropyNode(softmax, loss) : null;
}
