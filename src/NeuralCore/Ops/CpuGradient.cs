using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>An <see cref="OutputGradient"/> in memory.</summary>
/// <param name="dOutput">dy.</param>
/// <param name="reluOutput">y where there is a ReLU, else null.</param>
/// <param name="scale">What dy is multiplied with where there is a ReLU.</param>
internal readonly unsafe struct CpuGradient(float* dOutput, float* reluOutput, float scale)
{
    /// <summary>dy.</summary>
    public float* DOutput => dOutput;

    /// <summary>y where there is a ReLU, else null.</summary>
    public float* ReluOutput => reluOutput;

    /// <summary>What dy is multiplied with where there is a ReLU.</summary>
    public float Scale => scale;

    /// <summary>The same from an element on.</summary>
    public CpuGradient From(nint first) => new(dOutput + first, reluOutput == null ? null : reluOutput + first, scale);

    /// <summary>dz of some elements: dy itself where there is no ReLU, else a copy in the buffer, 0 where the ReLU was dead.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="buffer">Room for as many.</param>
    public float* BeforeActivation<TSimd, TVec>(nint first, int count, float* buffer)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged =>
        ReluCpu.BeforeActivation<TSimd, TVec>(count, dOutput + first, reluOutput == null ? null : reluOutput + first, scale, buffer);
}
