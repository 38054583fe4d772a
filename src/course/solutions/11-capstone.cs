#:project ../Support/NeuralCore.Course.csproj
#:project ../../NeuralCore/NeuralCore.csproj
#:property PublishAot=false
using NeuralCore;
using NeuralCore.Course;

// A solution of exercise 11. An op of your own: softplus, y = log(1 + exp(x)), whose slope is 1 / (1 + exp(-x)).
// It has to work for any x: exp(1000) is infinite, but log(1 + exp(1000)) is 1000.
//     dotnet run -c Release --file src/course/solutions/11-capstone.cs
return Exercise.Judge(
    11,
    "Write Softplus.Forward and Softplus.Backward: log(1 + exp(x)) is max(x, 0) + log(1 + exp(-|x|)), in which nothing overflows.",
    () => Exercise.Same([0, Math.Log(2), 1000], Forward([-1000, 0, 1000]), "For x = -1000, 0 and 1000, y"),
    () => GradientCheck.Run(new Softplus(), new Shape(5), batch: 4, seed: 1) is { Passed: false } report
        ? "Forward is right and Backward is not; it has to give dy times the slope: " + report
        : null);

static double[] Forward(double[] x)
{
    double[] y = new double[x.Length];
    new Softplus().Forward<double>(x, y);
    return y;
}

internal sealed class Softplus : CustomOp
{
    public override Shape OutputShape(Shape input) => input;

    public override void Forward<T>(ReadOnlySpan<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = T.Max(x[i], T.Zero) + T.Log(T.One + T.Exp(-T.Abs(x[i])));
        }
    }

    public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
    {
        for (int i = 0; i < x.Length; i++)
        {
            dx[i] = dy[i] / (T.One + T.Exp(-x[i]));
        }
    }
}
