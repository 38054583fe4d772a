using FsCheck.Xunit;
using NeuralCore.Vision.Segmentation;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>The cheapest way through a line.</summary>
public sealed class LineReadingTests
{
    [Property(MaxTest = 200)]
    public void No_other_way_is_cheaper(int seed, byte length)
    {
        int parts = 1 + (length % 9);
        var random = new Random(seed);
        var costs = new Dictionary<(int Begin, int End), double>();
        for (int begin = 0; begin < parts; begin++)
        {
            for (int end = begin + 1; end <= Math.Min(parts, begin + SegmentedLine.MostParts); end++)
            {
                if (end == begin + 1 || random.Next(4) > 0)
                {
                    costs[(begin, end)] = random.Next(100);
                }
            }
        }

        IReadOnlyList<(int Begin, int End)> reading = LineReading.Cheapest(parts, costs);
        Assert.Equal(0, reading[0].Begin);
        Assert.Equal(parts, reading[^1].End);
        Assert.All(reading.Zip(reading.Skip(1)), pair => Assert.Equal(pair.First.End, pair.Second.Begin));
        Assert.Equal(CheapestByTrying(parts, 0, costs), reading.Sum(run => costs[run]));
    }

    private static double CheapestByTrying(int parts, int begin, Dictionary<(int Begin, int End), double> costs) => begin == parts
        ? 0
        : costs.Where(cost => cost.Key.Begin == begin).Min(cost => cost.Value + CheapestByTrying(parts, cost.Key.End, costs));
}
