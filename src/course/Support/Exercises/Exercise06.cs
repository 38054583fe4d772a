namespace NeuralCore.Course;

/// <summary>The checks of exercise 6.</summary>
public static class Exercise06
{
    /// <summary>Judges a convolution's least time.</summary>
    public static int Judge(Func<int, int, int, int, double, double, double> leastTime) => Exercise.Judge(
        6,
        "Write LeastTime: count a multiplication and an addition for each of the 9 channels filters products of a place, count the bytes of input, output and weights, and divide each by its rate.",
        () => Exercise.Same(1000 * 2.0 * 28 * 28 * 9 * 64 * 64 / 100e9, 1000 * leastTime(28, 28, 64, 64, 100e9, 1e15), "With unlimited memory the time in ms"),
        () => Exercise.Same(1000 * 4.0 * ((28 * 28 * 33) + (9 * 32)) / 10e9, 1000 * leastTime(28, 28, 1, 32, 1e18, 10e9), "With unlimited arithmetic the time in ms"),
        () => Exercise.Same(1000 * 2.0 * 28 * 28 * 9 * 64 * 64 / 100e9, 1000 * leastTime(28, 28, 64, 64, 100e9, 10e9), "With 100 GFLOP/s and 10 GB/s the time in ms, which is the larger of the two,"));
}
