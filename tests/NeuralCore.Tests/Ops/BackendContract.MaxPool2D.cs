using System.Numerics;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Max-pooling, forward and backward.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Pooling_of_integers_is_exact()
    {
        // Whole numbers from -4 to 4 in windows of four or nine: most windows have ties, and the first maximum has to win.
        ForAll(100, ShapeCases.Poolings, test => PoolingAgrees(test, TestValues.Integers));
    }

    [SkippableFact]
    public void Pooling_of_reals_takes_the_same_winners()
    {
        ForAll(40, ShapeCases.Poolings, test => PoolingAgrees(test, TestValues.Reals, exactSums: false));
    }

    [SkippableFact]
    public void Pooling_lets_no_NaN_hide_and_handles_infinities() => ForAll(40, ShapeCases.Poolings, test => PoolingAgrees(test, NonFinite));

    [SkippableFact]
    public void Pooling_of_a_real_size_is_exact()
    {
        PoolingAgrees(new PoolCase(3, 1, 24, 24, 64, 2, 2, 2, 2, 0, 0, 0, 0, 1), TestValues.Integers);
        PoolingAgrees(new PoolCase(2, 0, 25, 27, 37, 3, 3, 2, 2, 1, 1, 1, 1, 2), TestValues.Integers);
        PoolingAgrees(new PoolCase(1, 0, 15, 15, 5, 15, 15, 1, 1, 7, 7, 7, 7, 3), TestValues.Integers);
    }

    /// <summary>Integers, and now and then NaN, an infinity or a negative zero.</summary>
    private static float[] NonFinite(int count, int seed)
    {
        float[] values = TestValues.Integers(count, seed);
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            values[i] = random.Next(12) switch
            {
                0 => float.NaN,
                1 => float.PositiveInfinity,
                2 or 3 => float.NegativeInfinity,
                4 => -0f,
                _ => values[i],
            };
        }

        return values;
    }

    private void PoolingAgrees(PoolCase test, Func<int, int, float[]> values, bool exactSums = true)
    {
        float[] input = values(test.Images * test.Shape.InputCount, test.Seed);
        float[] dOutput = (exactSums ? TestValues.Integers : values)(test.Images * test.Shape.OutputCount, test.Seed + 1);
        using var reference = new ReferenceBackend<float>();
        PoolResults<float> expected = PoolResults<float>.Of(reference, test, input, dOutput);
        PoolResults<float> actual = PoolResults<float>.Of(Backend, test, input, dOutput);
        Agreement.SameBits("y", expected.Output, actual.Output);
        Assert.Equal(expected.Winners, actual.Winners);
        if (exactSums)
        {
            Agreement.SameBits("dInput", expected.DInput, actual.DInput);
            return;
        }

        // Where windows overlap, an input pixel sums what its windows hand back, at most one from each window position.
        using var exact = new ReferenceBackend<double>();
        double[] wide = TestValues.Widen(input);
        Agreement.WithinRounding(
            "dInput",
            PoolResults<double>.Of(exact, test, wide, TestValues.Widen(dOutput)).DInput,
            PoolResults<double>.Of(exact, test, wide, TestValues.Magnitudes(dOutput)).DInput,
            test.Shape.PoolHeight * test.Shape.PoolWidth,
            actual.DInput);
    }

    /// <summary>What comes out of the two directions of a pooling.</summary>
    private sealed record PoolResults<T>(T[] Output, byte[] Winners, T[] DInput)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static PoolResults<T> Of(IBackend<T> backend, PoolCase test, T[] inputValues, T[] dOutputValues)
        {
            (MaxPool2DShape shape, int images, int capacity) = (test.Shape, test.Images, test.Images + test.Spare);
            using var memory = new GuardedMemory<T>(backend);
            Slot input = memory.Input<T>("input", inputValues, test.Spare * shape.InputCount);
            Slot dOutput = memory.Input<T>("dOutput", dOutputValues, test.Spare * shape.OutputCount);
            Slot output = memory.Output<T>("y", capacity * shape.OutputCount);
            Slot winners = memory.Output<byte>("winners", capacity * shape.OutputCount);
            Slot dInput = memory.Output<T>("dInput", capacity * shape.InputCount);
            backend.MaxPool2DForward(shape, images, input, output, winners);
            backend.MaxPool2DBackwardInput(shape, images, dOutput, winners, dInput);
            memory.Verify();
            return new PoolResults<T>(
                memory.Read<T>(output, images * shape.OutputCount),
                memory.Read<byte>(winners, images * shape.OutputCount),
                memory.Read<T>(dInput, images * shape.InputCount));
        }
    }
}
