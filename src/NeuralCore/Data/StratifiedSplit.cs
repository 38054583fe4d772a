using NeuralCore.Randomness;

namespace NeuralCore.Data;

/// <summary>Holds out the same part of each class: for data whose items lie in the order of their classes.</summary>
public static class StratifiedSplit
{
    /// <summary>Splits a dataset at random. Both parts keep the order of their items.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="heldOut">The part of each class to hold out, in [0, 1): of n items round(n * heldOut), and at least one and not all if there are two.</param>
    /// <param name="seed">Decides which.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is out of its range.</exception>
    public static (IDataset Kept, IDataset HeldOut) Of(IDataset data, double heldOut, ulong seed)
    {
        RequirePart(heldOut);
        var isHeldOut = new bool[data.Count];
        foreach (IGrouping<int, int> items in Enumerable.Range(0, data.Count).GroupBy(data.Label))
        {
            int[] order = [.. items];
            int count = CountOf(order.Length, heldOut);

            // The first steps of a Fisher-Yates shuffle draw the part.
            var random = new RandomStream(seed, RandomPurpose.Split, (uint)items.Key);
            for (int i = 0; i < count; i++)
            {
                int j = i + (int)random.NextBelow((uint)(order.Length - i));
                (order[i], order[j]) = (order[j], order[i]);
                isHeldOut[order[i]] = true;
            }
        }

        return Parts(data, isHeldOut);
    }

    /// <summary>
    /// Holds out the last items of each class: for data whose neighbours are alike, as pictures of one writer or of one scene are, which a random sample
    /// would put into both parts. Both keep the order of their items.
    /// </summary>
    /// <param name="data">The dataset.</param>
    /// <param name="heldOut">The part of each class to hold out, in [0, 1), counted as by the other method.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is out of its range.</exception>
    public static (IDataset Kept, IDataset HeldOut) FromEnds(IDataset data, double heldOut)
    {
        RequirePart(heldOut);
        var isHeldOut = new bool[data.Count];
        foreach (IGrouping<int, int> items in Enumerable.Range(0, data.Count).GroupBy(data.Label))
        {
            int[] order = [.. items];
            foreach (int item in order[^CountOf(order.Length, heldOut)..])
            {
                isHeldOut[item] = true;
            }
        }

        return Parts(data, isHeldOut);
    }

    private static void RequirePart(double heldOut)
    {
        if (!(heldOut >= 0 && heldOut < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(heldOut), heldOut, "What is held out is at least 0 and below 1.");
        }
    }

    private static int CountOf(int items, double heldOut)
    {
        int count = (int)Math.Round(items * heldOut);
        return heldOut > 0 && items > 1 ? Math.Clamp(count, 1, items - 1) : Math.Min(count, items - 1);
    }

    private static (IDataset Kept, IDataset HeldOut) Parts(IDataset data, bool[] isHeldOut) =>
        (new DatasetSubset(data, Where(isHeldOut, false)), new DatasetSubset(data, Where(isHeldOut, true)));

    private static int[] Where(bool[] flags, bool value) => [.. Enumerable.Range(0, flags.Length).Where(i => flags[i] == value)];
}
