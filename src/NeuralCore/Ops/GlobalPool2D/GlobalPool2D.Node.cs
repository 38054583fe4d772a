namespace NeuralCore.Ops;

/// <summary>The average of each channel over an image; <see cref="GlobalPool2DReference"/> states it.</summary>
internal sealed class GlobalAveragePool2DNode : Node
{
    private readonly GlobalPool2DShape _shape;

    /// <summary>Applies a pooling.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">The shape of one output item, of as many elements as there are channels.</param>
    public GlobalAveragePool2DNode(GlobalPool2DShape shape, Value input, Shape output)
        : base([input])
    {
        _shape = shape;
        NewOutput("global_average_pooling2d", output);
    }

    public override string Description => "GlobalAveragePool2D";

    public override IEnumerable<Value> ReadBackward => [];

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.GlobalAveragePool2DForward(_shape, run.Items, run.Input, run.Output);

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.GlobalAveragePool2DBackwardInput(_shape, run.Items, run.OutputGradient, run.InputGradient!.Value);
}

/// <summary>The maximum of each channel over an image; <see cref="GlobalPool2DReference"/> states it.</summary>
internal sealed class GlobalMaxPool2DNode : Node
{
    private readonly GlobalPool2DShape _shape;

    /// <summary>Applies a pooling.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">The shape of one output item, of as many elements as there are channels.</param>
    public GlobalMaxPool2DNode(GlobalPool2DShape shape, Value input, Shape output)
        : base([input])
    {
        _shape = shape;
        NewOutput("global_max_pooling2d", output);
    }

    public override string Description => "GlobalMaxPool2D";

    public override IEnumerable<Value> ReadBackward => [];

    public override IReadOnlyList<KeptBuffer> Kept(PlanSizes sizes) =>
        sizes.HasBackward ? [new KeptBuffer("winners", (long)sizes.Capacity * _shape.Channels * sizeof(int))] : [];

    public override void Forward<T>(in NodeRun<T> run) => run.Backend.GlobalMaxPool2DForward(_shape, run.Items, run.Input, run.Output, run.KeptAt(0));

    public override void Backward<T>(in NodeRun<T> run) =>
        run.Backend.GlobalMaxPool2DBackwardInput(_shape, run.Items, run.OutputGradient, run.KeptAt(0)!.Value, run.InputGradient!.Value);
}
