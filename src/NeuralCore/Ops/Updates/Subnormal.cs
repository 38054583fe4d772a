using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>Numbers too near to zero to be normal, which what an optimiser keeps of a weight would otherwise decay to; <see cref="AdamStep"/> says why not.</summary>
internal static class Subnormal
{
    /// <summary>Zero if a number is subnormal, else the number.</summary>
    public static T ToZero<T>(T kept)
        where T : unmanaged, IFloatingPointIeee754<T> => T.IsSubnormal(kept) ? T.Zero : kept;
}
