using NeuralCore.Simd;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Adam over the flat blocks in vectors: four loads and three stores an element, bound by memory.</summary>
internal static unsafe class AdamCpu
{
    /// <summary>One step, in place; <see cref="AdamStep"/> states the rule.</summary>
    public static void Update<TSimd, TVec>(WorkerPool pool, in AdamStep step, int count, float* parameters, float* gradients, float* m, float* v)
        where TSimd : ISimd<TVec>
        where TVec : struct => pool.Run(new Job<TSimd, TVec>(step, count, parameters, gradients, m, v), Elementwise.Chunks(count));

    private readonly struct Job<TSimd, TVec>(AdamStep step, int count, float* parameters, float* gradients, float* m, float* v) : IChunkedJob
        where TSimd : ISimd<TVec>
        where TVec : struct
    {
        public void Execute(int chunk, int worker)
        {
            int i = chunk * Elementwise.ChunkCount;
            int end = Math.Min(i + Elementwise.ChunkCount, count);
            for (; end - i >= TSimd.Width; i += TSimd.Width)
            {
                Vector(parameters + i, gradients + i, m + i, v + i);
            }

            if (i < end)
            {
                Tail(i, end - i);
            }
        }

        private void Vector(float* p, float* g, float* m, float* v)
        {
            TVec gradient = TSimd.Load(g);
            TVec first = TSimd.MultiplyAdd(TSimd.Create((float)step.Beta1), TSimd.Load(m), TSimd.Multiply(TSimd.Create((float)(1 - step.Beta1)), gradient));
            TVec scaled = TSimd.Multiply(TSimd.Create((float)(1 - step.Beta2)), gradient);
            TVec second = TSimd.MultiplyAdd(TSimd.Create((float)step.Beta2), TSimd.Load(v), TSimd.Multiply(scaled, gradient));
            TVec divisor = TSimd.Add(TSimd.Sqrt(second), TSimd.Create((float)step.Epsilon));
            TVec change = TSimd.Divide(TSimd.Multiply(TSimd.Create((float)step.StepSize), first), divisor);
            TSimd.Store(m, first);
            TSimd.Store(v, second);
            TSimd.Store(p, TSimd.Subtract(TSimd.Load(p), change));
        }

        /// <summary>The last elements, through a full vector beside them, so that they are rounded like all others.</summary>
        private void Tail(int i, int rest)
        {
            float* buffer = stackalloc float[4 * 16];
            float** operands = stackalloc float*[4] { parameters + i, gradients + i, m + i, v + i };
            for (int k = 0; k < 4; k++)
            {
                new ReadOnlySpan<float>(operands[k], rest).CopyTo(new Span<float>(buffer + (16 * k), 16));
            }

            Vector(buffer, buffer + 16, buffer + 32, buffer + 48);
            for (int k = 0; k < 4; k++)
            {
                new ReadOnlySpan<float>(buffer + (16 * k), rest).CopyTo(new Span<float>(operands[k], rest));
            }
        }
    }
}
