using Xunit.Sdk;

namespace NeuralCore.Tests.Ops;

/// <summary>What it means that two results agree. A disagreement names the result, the element and both numbers.</summary>
internal static class Agreement
{
    /// <summary>The unit roundoff of float: rounding to nearest errs by at most this fraction.</summary>
    public const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>
    /// gamma_n = n u / (1 - n u), Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1: n roundings in a row
    /// err by at most this fraction. A sum of n products, in any order and with or without fused multiply-add, errs by at most
    /// gamma_n times the sum of the products' magnitudes.
    /// </summary>
    public static double Gamma(int n) => n * UnitRoundoff / (1 - (n * UnitRoundoff));

    /// <summary>The same bits; a NaN agrees with any other NaN, since which NaN survives an operation is the processor's choice.</summary>
    public static void SameBits(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        SameLength(what, expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(actual[i])
                && !(float.IsNaN(expected[i]) && float.IsNaN(actual[i])))
            {
                throw Disagreement(what, i, expected.Length, expected[i], actual[i], "the same bits");
            }
        }
    }

    /// <summary>Within gamma_terms of the terms' summed magnitudes, which <paramref name="magnitudes"/> holds for each element.</summary>
    public static void WithinRounding(
        string what, ReadOnlySpan<double> expected, ReadOnlySpan<double> magnitudes, int terms, ReadOnlySpan<float> actual)
    {
        double gamma = Gamma(terms);

        // Products of subnormal size are rounded to a fixed grid instead of a fraction: half of 2^-149 each.
        double tiny = terms * 1e-45;
        Within(what, expected, i: 0, actual, magnitudes, gamma, tiny);
    }

    /// <summary>Within a tolerance that is the same for every element.</summary>
    public static void Within(string what, ReadOnlySpan<double> expected, double tolerance, ReadOnlySpan<float> actual) =>
        Within(what, expected, i: 0, actual, [], 0, tolerance);

    /// <summary>Within a tolerance of an element's own.</summary>
    public static void Within(string what, int element, double expected, double tolerance, double actual)
    {
        if (!(Math.Abs(actual - expected) <= tolerance) && !(actual == expected))
        {
            throw Disagreement(what, element, element + 1, expected, actual, $"a difference of at most {tolerance:g3}");
        }
    }

    private static void Within(
        string what, ReadOnlySpan<double> expected, int i, ReadOnlySpan<float> actual, ReadOnlySpan<double> scales, double factor, double tolerance)
    {
        SameLength(what, expected.Length, actual.Length);
        for (; i < expected.Length; i++)
        {
            Within(what, i, expected[i], tolerance + (scales.IsEmpty ? 0 : factor * scales[i]), actual[i]);
        }
    }

    private static void SameLength(string what, int expected, int actual)
    {
        if (expected != actual)
        {
            throw new XunitException($"{what} has {actual} elements instead of {expected}.");
        }
    }

    private static XunitException Disagreement(string what, int element, int count, double expected, double actual, string asked) =>
        new(FormattableString.Invariant($"{what}[{element}] of {count} is {actual:r} instead of {expected:r}; asked for was {asked}."));
}
