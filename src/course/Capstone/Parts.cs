using NeuralCore.Files;

namespace NeuralCore.Capstone;

/// <summary>y = max(0, x)^2 (So et al., "Primer: Searching for Efficient Transformers for Language Modeling", 2021).</summary>
public sealed class SquaredReLU : CustomOp
{
    public override Shape OutputShape(Shape input) => input;

    public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            T positive = T.Max(x[i], T.Zero);
            y[i] = positive * positive;
        }
    }

    public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++)
        {
            T positive = T.Max(x[i], T.Zero);
            dx[i] = dy[i] * (positive + positive);
        }
    }
}

/// <summary>x plus a convolution of the activated, normalized x: a pre-activation residual block (He et al., "Identity Mappings in Deep Residual Networks", 2016).</summary>
public sealed class Residual(int filters) : Layer
{
    private readonly Layer _norm = new BatchNormalization(momentum: 0.9), _activation = new SquaredReLU(), _conv = new Conv2D(filters, kernelSize: 3, padding: Padding.Same, useBias: false);

    public override Value Build(Value input) => new Add().Apply(input, _conv.Apply(_activation.Apply(_norm.Apply(input))));
}

/// <summary>Steps get smaller for weights that have had large gradients (Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011).</summary>
public sealed class Adagrad(double learningRate) : Optimizer(learningRate)
{
    public override IReadOnlyList<string> StateNames => ["sum_of_squares"];

    public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state)
    {
        Span<float> sums = state[0];
        float rate = (float)LearningRate;
        for (int i = 0; i < values.Length; i++)
        {
            sums[i] += gradients[i] * gradients[i];
            values[i] -= rate * gradients[i] / (MathF.Sqrt(sums[i]) + 1e-7f);
        }
    }
}

/// <summary>Writes and reads the op in model files; it has no settings.</summary>
public sealed class SquaredReLUCodec : LayerCodec<SquaredReLU>
{
    public override string Kind => "squared_relu";

    public override Layer Read(LayerSettings settings) => new SquaredReLU();

    protected override void Write(SquaredReLU layer, LayerWriter settings)
    {
    }
}
