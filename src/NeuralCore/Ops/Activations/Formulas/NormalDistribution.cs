namespace NeuralCore.Ops;

/// <summary>The distribution function of the standard normal distribution in double, to some units of its roundoff.</summary>
internal static class NormalDistribution
{
    /// <summary>(1 + erf(x / sqrt 2)) / 2.</summary>
    public static double At(double x)
    {
        double tail = Tail(Math.Abs(x));
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>
    /// What lies beyond z of at least 0. Near 0 the series of Abramowitz and Stegun, 26.2.11, whose terms all have one sign; where its difference from
    /// 1/2 would lose digits, the continued fraction 26.2.14.
    /// </summary>
    private static double Tail(double z)
    {
        double density = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
        if (z < 3)
        {
            double term = z, sum = z;
            for (int n = 3; term > 1e-17 * sum; n += 2)
            {
                term *= z * z / n;
                sum += term;
            }

            return 0.5 - (density * sum);
        }

        double fraction = z;
        for (int n = 100; n >= 1; n--)
        {
            fraction = z + (n / fraction);
        }

        return density / fraction;
    }
}
