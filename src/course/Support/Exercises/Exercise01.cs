namespace NeuralCore.Course;

/// <summary>The checks of exercise 1.</summary>
public static class Exercise01
{
    /// <summary>Judges a gradient of a neuron with tanh.</summary>
    public static int Judge(Func<double[], double[], double, double, (double DW, double DB)> gradient)
    {
        double[] x = [1.5, -0.3, 0.8, 2], t = [1, -1, 0.5, 1];
        return Exercise.Judge(
            1,
            "Write Gradient: go through the items, and for each multiply the slopes from the loss back to w and to b.",
            () => Compare(0, "by w. Its last factor is x, the slope of w x + b by w"),
            () => Compare(1, "by b. It is the derivative by w without the last factor"));

        string? Compare(int index, string what)
        {
            double[] at = [0.4, -0.2];
            (double dw, double db) = gradient(x, t, at[0], at[1]);
            double expected = Difference.Central(() => x.Zip(t, (xi, ti) => Math.Pow(Math.Tanh((at[0] * xi) + at[1]) - ti, 2)).Average(), at, index);
            return Exercise.Same(expected, index == 0 ? dw : db, $"the derivative {what}. It");
        }
    }
}
