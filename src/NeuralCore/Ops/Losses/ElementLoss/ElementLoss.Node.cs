namespace NeuralCore.Ops;

/// <summary>A loss that is the mean over an item's elements; <see cref="ElementLossReference"/> states it.</summary>
internal sealed class ElementLossNode : LossNode
{
    private readonly ElementLossShape _shape;

    /// <summary>Applies the loss.</summary>
    /// <param name="shape">What is done with each element.</param>
    /// <param name="prediction">What the network gives.</param>
    /// <param name="targets">What it should have given.</param>
    /// <param name="weights">What each item counts; as much as all others if null.</param>
    public ElementLossNode(in ElementLossShape shape, Value prediction, Value targets, Value? weights)
        : base(prediction, targets, weights)
    {
        _shape = shape;
        Losses = NewOutput("losses", default);
        Hits = NewOutput("hits", default);
    }

    /// <summary>The loss of each item.</summary>
    public Value Losses { get; }

    /// <summary>The part of each item's elements that are on their target's side.</summary>
    public Value Hits { get; }

    public override string Description => _shape.Loss == ElementLoss.SquaredError ? "Squared error" : "Binary cross-entropy";

    public override void Forward<T>(in NodeRun<T> run)
    {
        if (run.Run.HasTargets)
        {
            run.Backend.ElementLossForward(_shape, run.Items, run.Input, run.InputAt(1), run.OutputAt(0), run.OutputAt(1));
        }
    }

    protected override void BackwardUnweighted<T>(in NodeRun<T> run) =>
        run.Backend.ElementLossBackward(_shape, run.Items, run.Input, run.InputAt(1), run.InputGradient!.Value);
}
