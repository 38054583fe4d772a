using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// Reads a line that was cut into more parts than it has digits. A reading puts neighbouring parts together, each run of them a
/// digit, and costs the sum of what its digits cost. The cheapest is found by going through the line once: the best reading
/// of the first n parts is the best of the first m, for some m below n, and one digit made of the parts between (Viterbi, 1967;
/// for handwriting: LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998, section
/// V). Costs are negative logarithms of probabilities, so that a sum is the product of what is taken to be independent.
/// </summary>
internal static class LineReading
{
    /// <summary>Lists the runs of parts that may be a digit. Others need not be looked at.</summary>
    public static IEnumerable<(int Begin, int End)> Candidates(SegmentedLine line)
    {
        for (int begin = 0; begin < line.Parts.Count; begin++)
        {
            for (int end = begin + 1; end <= Math.Min(begin + SegmentedLine.MostParts, line.Parts.Count); end++)
            {
                Box box = line.Bounds(begin, end);

                // A part alone always may: without it there would be no reading of the line.
                if (end == begin + 1 || box.Width <= line.Shapes.Widest * Math.Max(box.Height, line.Height))
                {
                    yield return (begin, end);
                }
            }
        }
    }

    /// <summary>Finds the cheapest reading.</summary>
    /// <param name="parts">How many parts the line has.</param>
    /// <param name="costs">What each candidate costs; a part alone is one.</param>
    /// <returns>The digits' runs of parts, from left to right.</returns>
    public static IReadOnlyList<(int Begin, int End)> Cheapest(int parts, IReadOnlyDictionary<(int Begin, int End), double> costs)
    {
        var best = new double[parts + 1];
        var begins = new int[parts + 1];
        for (int end = 1; end <= parts; end++)
        {
            best[end] = double.PositiveInfinity;
            for (int begin = Math.Max(0, end - SegmentedLine.MostParts); begin < end; begin++)
            {
                if (costs.TryGetValue((begin, end), out double cost) && best[begin] + cost < best[end])
                {
                    (best[end], begins[end]) = (best[begin] + cost, begin);
                }
            }
        }

        var runs = new List<(int, int)>();
        for (int end = parts; end > 0; end = begins[end])
        {
            runs.Add((begins[end], end));
        }

        runs.Reverse();
        return runs;
    }
}
