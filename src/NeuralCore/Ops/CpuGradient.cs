using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>An <see cref="OutputGradient"/> in memory: dy and, behind a ReLU, y and what dy is multiplied with.</summary>
internal readonly unsafe struct CpuGradient(float* dOutput, float* reluOutput, float scale)
{
    /// <summary>dz of some elements: dy itself where there is no ReLU, else a copy in the buffer, 0 where the ReLU was dead.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="buffer">Room for as many.</param>
    public float* BeforeActivation<TSimd, TVec>(nint first, int count, float* buffer)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged =>
        ReluCpu.BeforeActivation<TSimd, TVec>(count, dOutput + first, reluOutput == null ? null : reluOutput + first, scale, buffer);
}
