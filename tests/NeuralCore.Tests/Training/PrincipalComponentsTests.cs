using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Principal components: a case that can be worked out by hand, and what has to hold of any points.</summary>
public sealed class PrincipalComponentsTests
{
    /// <summary>
    /// Six points on three orthogonal axes, the same distance to both sides of (7, -2, 1): variances 2 * 25², 2 * 10² and 2 * 5², along (3, 4, 0) / 5, (4, -3, 0) / 5 and
    /// (0, 0, 1).
    /// </summary>
    [Fact]
    public void Points_on_three_axes_have_these_as_components()
    {
        double[][] axes = [[15, 20, 0], [8, -6, 0], [0, 0, 5]];
        float[] points = [.. axes.SelectMany(axis => new[] { 1, -1 }.SelectMany(sign => axis.Zip((double[])[7, -2, 1], (a, centre) => (float)(centre + (sign * a)))))];
        var found = PrincipalComponents.Of(points, 3, components: 3);
        Assert.Equal(6, found.Count);
        Assert.Equal((double[])[625 / 750.0, 100 / 750.0, 25 / 750.0], found.Shares, (a, b) => Math.Abs(a - b) < 1e-12);
        double[][] directions = [[0.6, 0.8, 0], [0.8, -0.6, 0], [0, 0, 1]];
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(directions[k], found.Directions[k], (a, b) => Math.Abs(a - b) < 1e-9);
            double length = Math.Sqrt(axes[k].Sum(x => x * x));
            Assert.Equal(length, found.Coordinate(2 * k, k), 1e-9);
            Assert.Equal(-length, found.Coordinate((2 * k) + 1, k), 1e-9);
        }
    }

    /// <summary>Points that lie in a plane of many dimensions keep all distances between them, and no variance is left.</summary>
    [Property(MaxTest = 40)]
    public void A_plane_is_found_whole(NormalFloat[] values, byte dimensions)
    {
        int d = 3 + (dimensions % 20), count = values.Length / 2;
        if (count < 2)
        {
            return;
        }

        double[] plane = [.. values.Select(v => Math.Clamp(Math.Round(v.Get, 2), -1000, 1000))];
        var points = new float[count * d];
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < d; k++)
            {
                points[(i * d) + k] = (float)((plane[2 * i] * (k + 1)) + (plane[(2 * i) + 1] * (k % 3)));
            }
        }

        var found = PrincipalComponents.Of(points, d);
        double total = Distance(points, d, found).Max(pair => pair.Wide);
        Assert.All(Distance(points, d, found), pair => Assert.True(Math.Abs(pair.Wide - pair.Flat) <= 1e-5 * total, $"{pair.Wide} became {pair.Flat}."));
        Assert.True(found.Shares[0] >= found.Shares[1] && found.Shares[1] >= 0);
        Assert.True(total == 0 || Math.Abs(found.Shares.Sum() - 1) < 1e-9, $"The shares are {string.Join(", ", found.Shares)}.");
    }

    /// <summary>No other direction has more variance, and the variances that are given are those of the coordinates.</summary>
    [Fact]
    public void The_first_two_have_the_most_variance_of_all()
    {
        const int Count = 200, Dimensions = 40;
        var random = new System.Random(3);
        float[] points = [.. Enumerable.Range(0, Count * Dimensions).Select(i => (float)((random.NextDouble() - 0.5) * (1 + (i % Dimensions))))];
        var all = PrincipalComponents.Of(points, Dimensions, Dimensions);
        var two = PrincipalComponents.Of(points, Dimensions);
        Assert.Equal(1, all.Shares.Sum(), 1e-9);
        Assert.Equal(all.Shares.OrderDescending(), all.Shares);
        Assert.Equal(all.Shares.Take(2), two.Shares, (a, b) => Math.Abs(a - b) < 1e-9);
        double total = Enumerable.Range(0, Dimensions).Sum(k => Enumerable.Range(0, Count).Sum(i => all.Coordinate(i, k) * all.Coordinate(i, k)));
        for (int k = 0; k < 2; k++)
        {
            Assert.Equal(two.Shares[k], Enumerable.Range(0, Count).Sum(i => two.Coordinate(i, k) * two.Coordinate(i, k)) / total, 1e-9);
            Assert.Equal(1, two.Directions[k].Sum(x => x * x), 1e-12);
            Assert.True(two.Directions[k].MaxBy(Math.Abs) > 0);
        }

        Assert.Equal(0, two.Directions[0].Zip(two.Directions[1], (a, b) => a * b).Sum(), 1e-9);
    }

    [Fact]
    public void The_same_points_give_the_same_bits()
    {
        float[] points = [.. Enumerable.Range(0, 3000).Select(i => (float)Math.Sin(i * 1.7))];
        PrincipalComponents one = PrincipalComponents.Of(points, 30), other = PrincipalComponents.Of(points, 30);
        Assert.Equal(one.Directions[0].Concat(one.Directions[1]), other.Directions[0].Concat(other.Directions[1]));
    }

    [Fact]
    public void Points_in_one_place_have_no_variance()
    {
        var found = PrincipalComponents.Of([3, 4, 3, 4, 3, 4], 2);
        Assert.Equal([0.0, 0.0], found.Shares);
        Assert.Equal(0, found.Coordinate(1, 0));
    }

    [Fact]
    public void What_are_no_points_is_refused()
    {
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Of([], 2));
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Of([1, 2, 3], 2));
        Assert.Throws<ArgumentException>(() => PrincipalComponents.Of([1, float.NaN], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalComponents.Of([1, 2], 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => PrincipalComponents.Of([1, 2], 0));
    }

    private static IEnumerable<(double Wide, double Flat)> Distance(float[] points, int dimensions, PrincipalComponents found) =>
        from i in Enumerable.Range(0, found.Count)
        from j in Enumerable.Range(0, i + 1)
        let wide = Math.Sqrt(Enumerable.Range(0, dimensions).Sum(k => Math.Pow((double)points[(i * dimensions) + k] - points[(j * dimensions) + k], 2)))
        let flat = Math.Sqrt(Enumerable.Range(0, 2).Sum(k => Math.Pow(found.Coordinate(i, k) - found.Coordinate(j, k), 2)))
        select (wide, flat);
}
