using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>An <see cref="OutputGradient"/> in memory: dy, and y of the ReLU that it still has to pass.</summary>
/// <param name="dOutput">dy.</param>
/// <param name="reluOutput">y of the ReLU; null without one.</param>
/// <param name="scale">The factor of dy behind a ReLU, such as a dropout's.</param>
internal readonly unsafe struct CpuGradient(float* dOutput, float* reluOutput, float scale)
{
    /// <summary>dy.</summary>
    public float* DOutput => dOutput;

    /// <summary>y of the ReLU; null without one.</summary>
    public float* ReluOutput => reluOutput;

    /// <summary>The factor of dy behind a ReLU.</summary>
    public float Scale => scale;

    /// <summary>The same from an element on.</summary>
    public CpuGradient From(nint first) => new(dOutput + first, reluOutput == null ? null : reluOutput + first, scale);

    /// <summary>dz of one element: the gradient of the loss with respect to what the ReLU takes.</summary>
    public float At(nint i) => reluOutput == null ? dOutput[i] : reluOutput[i] <= 0 ? 0 : scale * dOutput[i];

    /// <summary>dz of as many elements as a vector holds.</summary>
    public TVec At<TSimd, TVec>(nint i)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        TVec value = TSimd.Load(dOutput + i);
        return reluOutput == null ? value : TSimd.ZeroWhereNotPositive(TSimd.Load(reluOutput + i), TSimd.Multiply(TSimd.Create(scale), value));
    }

    /// <summary>dz of some elements: dy itself without a ReLU, else a copy in the buffer.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="buffer">Room for as many.</param>
    public float* BeforeActivation<TSimd, TVec>(nint first, int count, float* buffer)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        if (reluOutput == null)
        {
            return dOutput + first;
        }

        ReluCpu.Run<TSimd, TVec>(count, reluOutput + first, dOutput + first, scale, buffer);
        return buffer;
    }
}
