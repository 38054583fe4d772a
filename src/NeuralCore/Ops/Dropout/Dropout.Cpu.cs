using System.Runtime.Intrinsics;
using NeuralCore.Randomness;
using NeuralCore.Threading;

namespace NeuralCore.Ops;

/// <summary>Dropout in vectors of eight: <see cref="DropoutMask"/> is laid out for them.</summary>
internal static unsafe class DropoutCpu
{
    /// <summary>Elements whose random bits come from the same eight Philox blocks.</summary>
    private const int GroupCount = 64;

    /// <summary>destination = source * keep / (1 - rate).</summary>
    public static void Apply(WorkerPool pool, in DropoutMask mask, int count, float* source, float* destination) =>
        pool.Run(new Job(mask, count, source, destination), Elementwise.Chunks(count));

    private readonly struct Job(DropoutMask mask, int count, float* source, float* destination) : IChunkedJob
    {
        public void Execute(int chunk, int worker)
        {
            int start = chunk * Elementwise.ChunkCount;
            int end = Math.Min(start + Elementwise.ChunkCount, count);
            int i = start;
            for (; end - i >= GroupCount; i += GroupCount)
            {
                Group(i / GroupCount, source + i, destination + i);
            }

            if (i < end)
            {
                // The last elements of all take part of a group's bits.
                float* x = stackalloc float[GroupCount];
                float* y = stackalloc float[GroupCount];
                new ReadOnlySpan<float>(source + i, end - i).CopyTo(new Span<float>(x, GroupCount));
                Group(i / GroupCount, x, y);
                new ReadOnlySpan<float>(y, end - i).CopyTo(new Span<float>(destination + i, end - i));
            }
        }

        private void Group(int group, float* x, float* y)
        {
            Philox4x32.Blocks8(
                (uint)group * 8, mask.Step, mask.Layer, (uint)RandomPurpose.Dropout, (uint)mask.Seed, (uint)(mask.Seed >> 32),
                out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3);
            Halves(w0, x, y);
            Halves(w1, x + 16, y + 16);
            Halves(w2, x + 32, y + 32);
            Halves(w3, x + 48, y + 48);
        }

        /// <summary>Eight elements by the lower halves of the words, and eight by the upper.</summary>
        private void Halves(Vector256<uint> words, float* x, float* y)
        {
            Keep(words & Vector256.Create(0xFFFFu), x, y);
            Keep(words >>> 16, x + 8, y + 8);
        }

        private void Keep(Vector256<uint> bits, float* x, float* y)
        {
            // Bits and threshold are at most 2^16, so the signed comparison, one instruction, is right.
            Vector256<int> keeps = Vector256.GreaterThan(bits.AsInt32(), Vector256.Create((int)mask.Threshold - 1));
            Vector256<float> scaled = Vector256.Load(x) * (float)mask.Scale;
            (scaled.AsInt32() & keeps).AsSingle().Store(y);
        }
    }
}
