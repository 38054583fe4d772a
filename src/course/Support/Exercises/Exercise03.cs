namespace NeuralCore.Course;

/// <summary>The checks of exercise 3.</summary>
public static class Exercise03
{
    /// <summary>Judges the gradient of a dense layer's weights.</summary>
    public static int Judge(Func<double[], double[], int, int, int, double[]> weightGradient)
    {
        return Exercise.Judge(
            3,
            "Write WeightGradient: three loops, over items, inputs and units, that add x[i, k] dy[i, j] to dw[k, j].",
            () => Exercise.Same([3, 4, 6, 8], weightGradient([1, 2], [3, 4], 1, 2, 2), "For one item with x = (1, 2) and dy = (3, 4), dw"),
            () => Compare(4, 3, 2));

        string? Compare(int items, int inputs, int units)
        {
            var random = new Random(1);
            double[] x = Numbers(items * inputs), w = Numbers(inputs * units), dy = Numbers(items * units);
            double[] expected = [.. Enumerable.Range(0, w.Length).Select(i => Difference.Central(Loss, w, i))];
            return Exercise.Same(expected, weightGradient(x, dy, items, inputs, units), $"For {items} items, {inputs} inputs and {units} units (the items' parts are added), dw");

            double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];

            double Loss()
            {
                double sum = 0;
                for (int i = 0; i < items * units; i++)
                {
                    sum += dy[i] * Enumerable.Range(0, inputs).Sum(k => x[(i / units * inputs) + k] * w[(k * units) + (i % units)]);
                }

                return sum;
            }
        }
    }
}
