using System.Runtime.CompilerServices;
using NeuralCore.Kernels;
using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Activation functions in vectors, the chunks of a flat tensor shared out to threads.</summary>
internal static unsafe class ActivationCpu
{
    /// <summary>y = f(x).</summary>
    internal readonly struct Forward<TSimd, TVec>(WorkerPool pool, int count, nint input, nint output) : IActivationUser
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        void IActivationUser.Use<TFormula>(TFormula formula) =>
            pool.Run(new ForwardJob<TSimd, TVec, TFormula>(formula, count, (float*)input, (float*)output), Blocking.FlatChunks(count));
    }

    /// <summary>dx = f'(x) dy.</summary>
    internal readonly struct Backward<TSimd, TVec>(WorkerPool pool, int count, nint saved, nint dOutput, nint dInput) : IActivationUser
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        void IActivationUser.Use<TFormula>(TFormula formula) =>
            pool.Run(new BackwardJob<TSimd, TVec, TFormula>(formula, count, (float*)saved, (float*)dOutput, (float*)dInput), Blocking.FlatChunks(count));
    }

    private readonly struct ForwardJob<TSimd, TVec, TFormula>(TFormula formula, int count, float* input, float* output) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TFormula : unmanaged, IActivationFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk, end = Math.Min(i + Blocking.FlatChunk, count);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(output + i, formula.Value<TSimd, TVec>(TSimd.Load(input + i)));
            }

            if (i < end)
            {
                Tail.Store<TSimd, TVec>(output + i, end - i, formula.Value<TSimd, TVec>(TSimd.Load(input + i)));
            }
        }
    }

    private readonly struct BackwardJob<TSimd, TVec, TFormula>(TFormula formula, int count, float* saved, float* dOutput, float* dInput) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TFormula : unmanaged, IActivationFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Blocking.FlatChunk, end = Math.Min(i + Blocking.FlatChunk, count);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(dInput + i, TSimd.Multiply(formula.Slope<TSimd, TVec>(TSimd.Load(saved + i)), TSimd.Load(dOutput + i)));
            }

            if (i < end)
            {
                Tail.Store<TSimd, TVec>(
                    dInput + i, end - i, TSimd.Multiply(formula.Slope<TSimd, TVec>(TSimd.Load(saved + i)), TSimd.Load(dOutput + i)));
            }
        }
    }
}
