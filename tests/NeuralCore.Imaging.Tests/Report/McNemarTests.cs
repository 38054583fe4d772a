using System.Numerics;
using FsCheck.Xunit;
using NeuralCore.Imaging.Report;
using Xunit;

namespace NeuralCore.Imaging.Tests.Report;

public sealed class McNemarTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 5, 1)]
    [InlineData(1, 9, 2 * 11 / 1024.0)]
    [InlineData(0, 6, 2 / 64.0)]
    [InlineData(10, 0, 2 / 1024.0)]
    public void Small_cases_are_those_of_a_calculation_by_hand(int first, int second, double p) => Assert.Equal(p, McNemar.PValue(first, second), 1e-12);

    [Property]
    public void It_is_the_tail_of_the_binomial_distribution(byte first, byte second)
    {
        int n = first + second;
        BigInteger term = 1, sum = 1;
        for (int i = 1; i <= Math.Min(first, second); i++)
        {
            term = term * (n - i + 1) / i;
            sum += term;
        }

        double exact = Math.Min(1, Math.Exp(BigInteger.Log(2 * sum) - (n * Math.Log(2))));
        Assert.Equal(exact, McNemar.PValue(first, second), 1e-10 * exact);
        Assert.Equal(McNemar.PValue(first, second), McNemar.PValue(second, first));
    }

    [Fact]
    public void Large_counts_do_not_vanish()
    {
        Assert.InRange(McNemar.PValue(5000, 5200), 0.04, 0.06);
        Assert.InRange(McNemar.PValue(100, 9000), 0, 1e-300);
        Assert.Throws<ArgumentOutOfRangeException>(() => McNemar.PValue(-1, 2));
    }
}
