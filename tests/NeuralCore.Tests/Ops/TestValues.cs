namespace NeuralCore.Tests.Ops;

/// <summary>The numbers that ops are tried on, each array a function of its seed.</summary>
internal static class TestValues
{
    /// <summary>
    /// Whole numbers from -4 to 4. Products and sums of fewer than a million of them stay below 2^24, so float arithmetic on
    /// them is exact in any order, with or without fused multiply-add: two right answers are the same bits.
    /// </summary>
    public static float[] Integers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Next(-4, 5))];
    }

    /// <summary>Numbers of mixed magnitude and sign, about a fifth of them zero as behind a ReLU or a dropout.</summary>
    public static float[] Reals(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(5) == 0
            ? 0f
            : (float)(((2 * random.NextDouble()) - 1) * Math.ScaleB(1, random.Next(-6, 3))))];
    }

    /// <summary>
    /// The same images with nothing left outside a rectangle, another in each, as where something small was drawn on a large sheet: of
    /// the first nothing at all.
    /// </summary>
    public static float[] Drawn(float[] images, int height, int width, int seed)
    {
        var random = new Random(seed);
        float[] drawn = new float[images.Length];
        for (int start = height * width; start < images.Length; start += height * width)
        {
            int top = random.Next(height), left = random.Next(width);
            int bottom = random.Next(top, height), right = random.Next(left, width);
            for (int row = top; row <= bottom; row++)
            {
                Array.Copy(images, start + (row * width) + left, drawn, start + (row * width) + left, right - left + 1);
            }
        }

        return drawn;
    }

    /// <summary>The same numbers in double: the conversion is exact.</summary>
    public static double[] Widen(float[] values) => Array.ConvertAll(values, value => (double)value);

    /// <summary>Their magnitudes in double.</summary>
    public static double[] Magnitudes(float[] values) => Array.ConvertAll(values, value => Math.Abs((double)value));

    /// <summary>The same values over and over.</summary>
    public static T[] Repeat<T>(T[] values, int copies)
    {
        var result = new T[copies * values.Length];
        for (int copy = 0; copy < copies; copy++)
        {
            values.CopyTo(result, copy * values.Length);
        }

        return result;
    }

    /// <summary>Labels in [0, classes).</summary>
    public static int[] Labels(int count, int classes, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(classes))];
    }
}
