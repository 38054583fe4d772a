namespace NeuralCore.Ops;

/// <summary>A ReLU on its own; <see cref="ReluReference"/> states it.</summary>
internal sealed class ReLUNode : Node
{
    /// <summary>Applies a ReLU.</summary>
    public ReLUNode(Value input)
        : base([input]) => NewOutput("re_lu", input.Shape);

    public override string Description => "ReLU";

    public override IEnumerable<Value> ReadBackward => [Output];

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.ReluForward(run.Items * Input.Shape.Count, run.Input, run.Output);

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.ReluBackward(run.Items * Input.Shape.Count, run.Output, run.OutputGradient, run.InputGradient!.Value);
}
