namespace NeuralCore.Ops;

/// <summary>Average-pooling; <see cref="AveragePool2DReference"/> states it.</summary>
internal sealed class AveragePool2DNode : Node
{
    private readonly AveragePool2DShape _shape;

    /// <summary>Applies a pooling.</summary>
    public AveragePool2DNode(AveragePool2DShape shape, Value input)
        : base([input])
    {
        _shape = shape;
        NewOutput("average_pooling2d", new Shape(shape.Window.Output.Height, shape.Window.Output.Width, shape.Channels));
    }

    public override string Description => $"AveragePool2D {_shape.Window.Kernel}";

    public override IEnumerable<Value> ReadBackward => [];

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.AveragePool2DForward(_shape, run.Items, run.Input, run.Output);

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.AveragePool2DBackwardInput(_shape, run.Items, run.OutputGradient, run.InputGradient!.Value);
}
