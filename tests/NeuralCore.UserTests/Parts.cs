using NeuralCore.Files;

namespace NeuralCore.UserTests;

/// <summary>A layer that is composed of others: y = relu(dense(relu(dense(x)))).</summary>
internal sealed class Block(int units) : Layer
{
    private readonly Dense _first = new(units), _second = new(units);

    public override Value Build(Value input) => new ReLU().Apply(_second.Apply(new ReLU().Apply(_first.Apply(input))));
}

/// <summary>An op with mathematics of its own: y = x / (1 + exp(-x)).</summary>
internal sealed class Swish : CustomOp
{
    public override Shape OutputShape(Shape input) => input;

    public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] / (T.One + T.Exp(-x[i]));
        }
    }

    public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++)
        {
            T sigmoid = T.One / (T.One + T.Exp(-x[i]));
            dx[i] = dy[i] * (sigmoid + (y[i] * (T.One - sigmoid)));
        }
    }
}

/// <summary>Says the op in this program's own format; it has no settings.</summary>
internal sealed class SwishCodec : LayerCodec<Swish>
{
    public override string Kind => "swish";

    public override Layer Read(LayerSettings settings) => new Swish();

    protected override void Write(Swish layer, LayerWriter settings)
    {
    }
}

/// <summary>An optimiser that steps by the sign of a mean gradient (Chen et al., "Symbolic discovery of optimization algorithms", 2023).</summary>
internal sealed class Lion(double learningRate, double beta1 = 0.9, double beta2 = 0.99) : Optimizer(learningRate)
{
    public override IReadOnlyList<string> StateNames => ["momentum"];

    public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state)
    {
        Span<float> mean = state[0];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] -= (float)LearningRate * MathF.Sign((float)((beta1 * mean[i]) + ((1 - beta1) * gradients[i])));
            mean[i] = (float)((beta2 * mean[i]) + ((1 - beta2) * gradients[i]));
        }
    }
}

/// <summary>A loss between the squared and the absolute error: the mean of log(cosh(prediction - target)).</summary>
internal sealed class LogCosh : Loss
{
    public override T Forward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target)
    {
        T sum = T.Zero;
        for (int i = 0; i < prediction.Length; i++)
        {
            sum += T.Log(T.Cosh(prediction[i] - target[i]));
        }

        return sum / T.CreateChecked(prediction.Length);
    }

    public override void Backward<T>(ReadOnlySpan<T> prediction, ReadOnlySpan<T> target, Span<T> dPrediction)
    {
        for (int i = 0; i < prediction.Length; i++)
        {
            dPrediction[i] = T.Tanh(prediction[i] - target[i]) / T.CreateChecked(prediction.Length);
        }
    }
}

/// <summary>A metric: the largest error of an item.</summary>
internal sealed class WorstError : Metric
{
    public override double Measure(ReadOnlySpan<float> prediction, ReadOnlySpan<float> target)
    {
        double worst = 0;
        for (int i = 0; i < prediction.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(prediction[i] - target[i]));
        }

        return worst;
    }
}

/// <summary>A schedule: the inverse square root of the step, after some steps at the full rate.</summary>
internal sealed class InverseRoot(long from) : Schedule
{
    public override double Rate(double learningRate, long step, long steps) => learningRate * Math.Sqrt((double)from / Math.Max(from, step));
}
