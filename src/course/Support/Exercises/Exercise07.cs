namespace NeuralCore.Course;

/// <summary>The checks of exercise 7.</summary>
public static class Exercise07
{
    /// <summary>Judges a sum of squares.</summary>
    public static int Judge(Func<float[], float> sumOfSquares)
    {
        return Exercise.Judge(
            7,
            "Write SumOfSquares: new Vector<float>(x, i) loads from place i, Vector.Sum adds the lanes, Vector<float>.Count is their number.",
            () => Lengths().Select(Compare).FirstOrDefault(text => text is not null));

        IEnumerable<int> Lengths() => [64, 0, 1, 7, 31, 33, 100, 1023];

        string? Compare(int length)
        {
            float[] x = [.. Enumerable.Range(0, length).Select(i => (float)((i % 5) - 2))];
            return Exercise.Same(x.Sum(value => value * value), sumOfSquares(x), $"For {length} numbers, of which those behind the last whole vector count too, the sum");
        }
    }
}
