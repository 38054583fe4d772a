using ILGPU;
using ILGPU.Algorithms;

namespace NeuralCore.Gpu.Kernels;

/// <summary>Functions that devices have in forms too rough to train with.</summary>
internal static class DeviceMath
{
    /// <summary>
    /// exp(x) for x of at most 0, to 3 units of roundoff; 0 where the result would be below the smallest normal number. Made of additions and
    /// multiplications alone, since the device's own form is wrong by some |x| units.
    /// </summary>
    /// <remarks>
    /// x = n ln 2 + r with |r| of at most ln 2 / 2, so exp(x) = 2^n exp(r). ln 2 is subtracted in two parts, the first so short that its
    /// products with n are exact. The polynomial is that of expf in the Cephes library (Moshier), with an error of 2e-8.
    /// </remarks>
    internal static float Exp(float x)
    {
        if (x < -87.33654f)
        {
            return 0f;
        }

        float n = XMath.Floor((x * 1.44269504f) + 0.5f);
        float r = (x - (n * 0.693359375f)) - (n * -2.12194440e-4f);
        float p = (1.9875691500e-4f * r) + 1.3981999507e-3f;
        p = (p * r) + 8.3334519073e-3f;
        p = (p * r) + 4.1665795894e-2f;
        p = (p * r) + 1.6666665459e-1f;
        p = (p * r) + 5.0000001201e-1f;
        return ((p * r * r) + r + 1f) * Interop.IntAsFloat((uint)((int)n + 127) << 23);
    }
}
