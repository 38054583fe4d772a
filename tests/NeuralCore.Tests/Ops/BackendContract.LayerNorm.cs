using System.Numerics;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Layer normalization.</content>
public abstract partial class BackendContract
{
    [SkippableTheory]
    [InlineData(0)]
    [InlineData(10000)]
    public void Rows_are_normalized_and_lose_nothing_to_a_large_mean(int mean)
    {
        ForAll(40, ShapeCases.Rows, test =>
        {
            var shape = new LayerNormShape(1 + (test.Seed % 2), test.Classes);
            int count = test.Rows * shape.Rows * shape.Features;
            float[] x = Array.ConvertAll(TestValues.Reals(count, test.Seed), value => value + mean), dy = TestValues.Reals(count, test.Seed + 1);
            float[] gamma = TestValues.Reals(shape.Features, test.Seed + 2), beta = TestValues.Reals(shape.Features, test.Seed + 3);
            using var exact = new ReferenceBackend<double>();
            double[][] expected = Run(exact, TestValues.Widen(x), TestValues.Widen(dy), TestValues.Widen(gamma), TestValues.Widen(beta));
            float[][] actual = Run(Backend, x, dy, gamma, beta);

            // Some roundings of numbers as large as 1 / deviation makes them, which is at most 1 / sqrt(0.001).
            double largest = TestValues.Magnitudes(dy).Max() * TestValues.Magnitudes(gamma).Max(), rows = test.Rows * shape.Rows;
            double normalized = Math.Sqrt(shape.Features);
            Agreement.Within("y", expected[0], 2e-6 * ((TestValues.Magnitudes(gamma).Max() * normalized) + TestValues.Magnitudes(beta).Max()), actual[0]);
            Agreement.Within("dx", expected[1], 4e-6 * largest * normalized / Math.Sqrt(1e-3), actual[1]);
            Agreement.Within("dgamma", expected[2], 2e-6 * TestValues.Magnitudes(dy).Max() * normalized * rows, actual[2]);
            Agreement.Within("dbeta", expected[3], 2e-6 * TestValues.Magnitudes(dy).Max() * Math.Sqrt(rows), actual[3]);

            T[][] Run<T>(IBackend<T> backend, T[] input, T[] gradient, T[] factors, T[] offsets)
                where T : unmanaged, IFloatingPointIeee754<T>
            {
                using var memory = new GuardedMemory<T>(backend);
                Slot from = memory.Input<T>("x", input, shape.Features), output = memory.Output<T>("y", count + shape.Features), dInput = memory.Output<T>("dx", count + shape.Features);
                Slot dOutput = memory.Input<T>("dy", gradient, shape.Features), dGamma = memory.Output<T>("dgamma", shape.Features), dBeta = memory.Output<T>("dbeta", shape.Features);
                Slot scale = memory.Input<T>("gamma", factors);
                backend.LayerNormForward(shape, test.Rows, from, scale, memory.Input<T>("beta", offsets), output);
                backend.LayerNormBackwardInput(shape, test.Rows, from, scale, dOutput, dInput);
                backend.LayerNormBackwardWeights(shape, test.Rows, from, dOutput, dGamma, dBeta, memory.Scratch(backend.ScratchBytes(shape, test.Rows)));
                memory.Verify();
                return [memory.Read<T>(output, count), memory.Read<T>(dInput, count), memory.Read<T>(dGamma, shape.Features), memory.Read<T>(dBeta, shape.Features)];
            }
        });
    }
}
