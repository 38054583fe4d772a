namespace NeuralCore.Simd;

/// <summary>
/// A vector width as a type parameter: kernels are written once against this interface, and the just-in-time compiler makes
/// one straight-line version for each width. Every operation works lane by lane.
/// </summary>
/// <remarks>
/// Loads and stores need no alignment. A load may read up to one vector past the last element that counts: native blocks
/// end in that much slack, and kernels never store what such lanes hold.
/// </remarks>
/// <typeparam name="TVec">The vector type.</typeparam>
internal unsafe interface ISimd<TVec>
    where TVec : unmanaged
{
    /// <summary>The name, for people to read.</summary>
    static abstract string Name { get; }

    /// <summary>The floats in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>Whether there are 32 vector registers, room for a tile of 6 x 4 accumulators, and not just 16.</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>All lanes 0.</summary>
    static abstract TVec Zero { get; }

    /// <summary>All lanes <paramref name="value"/>.</summary>
    static abstract TVec Create(float value);

    /// <summary>The floats from <paramref name="source"/> on.</summary>
    static abstract TVec Load(float* source);

    /// <summary>Writes all lanes to <paramref name="destination"/>.</summary>
    static abstract void Store(float* destination, TVec value);

    /// <summary>Writes all lanes, whole numbers in [0, 255], as one byte each.</summary>
    static abstract void StoreBytes(byte* destination, TVec value);

    /// <summary>a * b + c, rounded once where the machine can (all with FMA do), else twice.</summary>
    static abstract TVec MultiplyAdd(TVec a, TVec b, TVec c);

    /// <summary>a * b + c of single numbers, rounded as <see cref="MultiplyAdd"/> rounds: for the rest of a row that fills no vector.</summary>
    static abstract float MultiplyAddOne(float a, float b, float c);

    /// <summary>a + b.</summary>
    static abstract TVec Add(TVec a, TVec b);

    /// <summary>a - b.</summary>
    static abstract TVec Subtract(TVec a, TVec b);

    /// <summary>a * b.</summary>
    static abstract TVec Multiply(TVec a, TVec b);

    /// <summary>a / b.</summary>
    static abstract TVec Divide(TVec a, TVec b);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract TVec Sqrt(TVec a);

    /// <summary>A mask of all ones where a &gt; b or a is NaN: where a takes over from b as the maximum.</summary>
    static abstract TVec Exceeds(TVec a, TVec b);

    /// <summary>Lanes of <paramref name="a"/> where the mask is set, of <paramref name="b"/> elsewhere.</summary>
    static abstract TVec Select(TVec mask, TVec a, TVec b);

    /// <summary>0 where <paramref name="gate"/> &lt;= 0, else <paramref name="value"/>: a ReLU and its derivative.</summary>
    static abstract TVec ZeroWhereNotPositive(TVec gate, TVec value);

    /// <summary>The nearest to <paramref name="value"/> in [-limit, limit]; NaN where it is NaN.</summary>
    static abstract TVec Clamp(TVec value, TVec limit);

    /// <summary>0 where <paramref name="value"/> is subnormal, nearer to zero than 1.2e-38, else <paramref name="value"/>.</summary>
    static abstract TVec ZeroWhereSubnormal(TVec value);

    /// <summary>A mask of all ones where a &lt; b; nowhere where either is NaN.</summary>
    static abstract TVec Less(TVec a, TVec b);

    /// <summary>|a|.</summary>
    static abstract TVec Abs(TVec a);

    /// <summary>The nearest whole number, of two the even one.</summary>
    static abstract TVec Round(TVec a);

    /// <summary>2^n of whole numbers n in [-126, 127]; unspecified for others.</summary>
    static abstract TVec PowerOfTwo(TVec n);
}
