namespace NeuralCore.Ops;

/// <summary>An activation function applied to each element; <see cref="ActivationReference"/> states it.</summary>
internal sealed class ActivationNode : Node
{
    private readonly ActivationFunction _function;

    /// <summary>Applies a function.</summary>
    public ActivationNode(ActivationFunction function, Value input)
        : base([input])
    {
        _function = function;
        NewOutput("activation", input.Shape);
    }

    public override string Description => _function.Name;

    public override IEnumerable<Value> ReadBackward => _function.SlopeIsOfOutput ? [Output] : [Input];

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.ActivationForward(_function, run.Items * Input.Shape.Count, run.Input, run.Output);

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.ActivationBackward(
            _function, run.Items * Input.Shape.Count, _function.SlopeIsOfOutput ? run.Output : run.Input, run.OutputGradient, run.InputGradient!.Value);
}
