namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The transforms of Winograd's F(4x4, 3x3) along one dimension, in registers; the CPU's <c>Winograd</c> gives the matrices. They add in the CPU's
/// order what was multiplied by powers of two, so they give its bits, whatever a compiler makes of products and sums.
/// </summary>
internal static class WinogradTransforms
{
    /// <summary>B' times a column of six inputs.</summary>
    public static Six Input(Six d)
    {
        float even = d.E - (4 * d.C), odd = d.D - (4 * d.B);
        float evens = d.E - d.C, odds = d.D - d.B;
        return new Six(
            (4 * (d.A - d.C)) + evens, even + odd, even - odd, evens + (2 * odds), evens - (2 * odds), (d.F - d.D) - (4 * odds));
    }

    /// <summary>G's right factor times a column of three weights.</summary>
    public static Six Weights(float g0, float g1, float g2)
    {
        float ends = g0 + g2, weighted = (0.25f * g0) + g2;
        return new Six(g0, ends + g1, ends - g1, weighted + (0.5f * g1), weighted - (0.5f * g1), g2);
    }

    /// <summary>G's left factor, along one dimension.</summary>
    public static float WeightScale(int row) => row == 0 ? 1f / 4 : (row < 3 ? -1f / 6 : (row < 5 ? 1f / 6 : 1f));

    /// <summary>A' times a column of six products.</summary>
    public static Float4 Output(Six m)
    {
        float sum12 = m.B + m.C, sum34 = m.D + m.E, difference12 = m.B - m.C, difference34 = m.D - m.E;
        return new Float4(m.A + sum12 + sum34, difference12 + (2 * difference34), sum12 + (4 * sum34), difference12 + (8 * difference34) + m.F);
    }
}

/// <summary>Six neighbours along one dimension.</summary>
internal readonly struct Six(float a, float b, float c, float d, float e, float f)
{
    public readonly float A = a;
    public readonly float B = b;
    public readonly float C = c;
    public readonly float D = d;
    public readonly float E = e;
    public readonly float F = f;
}
