namespace NeuralCore.Vision.Pixels;

/// <summary>Finds a value by its place in the order without sorting all of them.</summary>
public static class Selection
{
    /// <summary>
    /// The middle one of the values in order, of an even number of them the upper one: by partitions as in quicksort, of which one side alone goes on (Hoare, "Algorithm 65:
    /// find", 1961).
    /// </summary>
    /// <param name="values">At least one value, none of them NaN.</param>
    public static double Median(ReadOnlySpan<double> values)
    {
        double[] parts = [.. values];
        (int low, int high, int middle) = (0, parts.Length - 1, parts.Length / 2);
        while (low < high)
        {
            double pivot = parts[low + ((high - low) / 2)];
            (int i, int j) = (low, high);
            while (i <= j)
            {
                for (; parts[i] < pivot; i++)
                {
                }

                for (; parts[j] > pivot; j--)
                {
                }

                if (i <= j)
                {
                    (parts[i], parts[j]) = (parts[j], parts[i]);
                    (i, j) = (i + 1, j - 1);
                }
            }

            (low, high) = (j < middle ? i : low, i > middle ? j : high);
        }

        return parts[middle];
    }
}
