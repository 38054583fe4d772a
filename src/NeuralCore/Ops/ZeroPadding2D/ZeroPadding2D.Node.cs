namespace NeuralCore.Ops;

/// <summary>Zeros around an image; <see cref="ZeroPadding2DReference"/> states it.</summary>
internal sealed class ZeroPadding2DNode : Node
{
    private readonly ZeroPadding2DShape _shape;

    /// <summary>Puts zeros around images.</summary>
    public ZeroPadding2DNode(ZeroPadding2DShape shape, Value input)
        : base([input])
    {
        _shape = shape;
        NewOutput("zero_padding2d", new Shape(shape.OutHeight, shape.OutWidth, shape.Channels));
    }

    public override string Description => "ZeroPadding2D";

    public override IEnumerable<Value> ReadBackward => [];

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.ZeroPadding2DForward(_shape, run.Items, run.Input, run.Output);

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.ZeroPadding2DBackwardInput(_shape, run.Items, run.OutputGradient, run.InputGradient!.Value);
}
