namespace NeuralCore.Course;

/// <summary>The checks of exercise 9.</summary>
public static class Exercise09
{
    /// <summary>Judges a sum on several threads.</summary>
    public static int Judge(Func<float[], int, float> sum)
    {
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, 123_456).Select(_ => random.NextSingle() - 0.3f)];
        return Exercise.Judge(
            9,
            "Write Sum: an array for the chunks' sums, one element a chunk, filled by any thread; then one loop that adds them in order.",
            () => Exercise.Same(x.Sum(value => (double)value), sum(x, 1), "On one thread the sum", 1e-5),
            () => new[] { 2, 3, 8 }.Where(threads => Bits(sum(x, threads)) != Bits(sum(x, 1))).Select(threads =>
                $"on {threads} threads the sum has other bits than on one: cut the numbers by size and not by threads, and add the chunks' sums in order.").FirstOrDefault(),
            () => Enumerable.Range(0, 20).Any(_ => Bits(sum(x, 8)) != Bits(sum(x, 8))) ? "two calls give other bits: parts are added in the order in which threads finish." : null);

        static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
    }
}
