namespace NeuralCore.Ops;

/// <summary>Max-pooling, which keeps one byte an output where there is a backward pass; <see cref="MaxPool2DReference"/> states it.</summary>
internal sealed class MaxPool2DNode : Node
{
    /// <summary>Applies a pooling.</summary>
    public MaxPool2DNode(MaxPool2DShape shape, Value input)
        : base([input])
    {
        Shape = shape;
        NewOutput("max_pooling2d", new Shape(shape.OutHeight, shape.OutWidth, shape.Channels));
    }

    public MaxPool2DShape Shape { get; }

    public override string Description => $"MaxPool2D {Shape.PoolHeight}x{Shape.PoolWidth}";

    public override IEnumerable<Value> ReadBackward => [];

    public override IReadOnlyList<KeptBuffer> Kept(PlanSizes sizes) =>
        sizes.HasBackward ? [new KeptBuffer("winners", (long)sizes.Capacity * Shape.OutputCount)] : [];

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.MaxPool2DForward(Shape, run.Items, run.Input, run.Output, run.KeptAt(0));

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.MaxPool2DBackwardInput(Shape, run.Items, run.OutputGradient, run.KeptAt(0)!.Value, run.InputGradient!.Value);
}
