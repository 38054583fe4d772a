using System.Numerics;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>The dense layer, forward and backward.</content>
public abstract partial class BackendContract
{
    /// <summary>Sizes near those of real networks: items, spare, inputs, units, seed.</summary>
    public static TheoryData<int[]> RealDenseLayers { get; } =
    [
        [7, 0, 300, 70, 1],
        [16, 0, 2304, 256, 2],
        [33, 1, 256, 10, 3],
        [1, 0, 1021, 257, 4],
        [130, 0, 67, 101, 5],
        [5, 0, 1, 300, 6],
        [5, 0, 300, 1, 7],

        // Inputs that are summed in four and in eight parts, not all of them as large.
        [3, 0, 4100, 33, 8],
        [50, 1, 8250, 70, 9],
    ];

    [SkippableFact]
    public void Dense_of_integers_is_exact() => ForAll(100, ShapeCases.DenseLayers, DenseIsExact);

    [SkippableFact]
    public void Dense_of_reals_is_within_rounding() => ForAll(40, ShapeCases.DenseLayers, DenseIsWithinRounding);

    [SkippableTheory]
    [MemberData(nameof(RealDenseLayers))]
    public void Dense_of_a_real_size_is_exact_on_integers(int[] sizes) => DenseIsExact(new DenseCase(sizes));

    [SkippableFact]
    public void Dense_of_a_real_size_is_within_rounding() => DenseIsWithinRounding(new DenseCase(9, 0, 2000, 64, 8));

    [SkippableFact]
    public void Dense_of_integers_with_mostly_zero_gradients_is_exact() =>
        ForAll(100, ShapeCases.DenseLayers, test => DenseIsExact(test, Thin));

    [SkippableTheory]
    [MemberData(nameof(RealDenseLayers))]
    public void Dense_of_a_real_size_with_mostly_zero_gradients_is_exact(int[] sizes) => DenseIsExact(new DenseCase(sizes), Thin);

    [SkippableFact]
    public void Dense_of_reals_with_mostly_zero_gradients_is_within_rounding() =>
        ForAll(40, ShapeCases.DenseLayers, test => DenseIsWithinRounding(test, Thin));

    [SkippableFact]
    public void Zeros_of_a_gradient_change_no_bit_of_the_others()
    {
        // The first items have few gradients, twice as many others have all: alone the first may be computed without their zeros,
        // together with the others hardly. An item's dInput does not depend on the other items, so both have to give the same bits.
        ForAll(20, ShapeCases.DenseLayers, test =>
        {
            var few = DenseInputs<float>.Make(test, TestValues.Reals, Thin);
            var many = DenseInputs<float>.Make(test, TestValues.Reals);
            var both = new DenseCase(3 * test.Items, 0, test.Shape.Inputs, test.Shape.Units, test.Seed);
            DenseInputs<float> together = few with { Input = [.. few.Input, .. many.Input, .. many.Input], DOutput = [.. few.DOutput, .. many.DOutput, .. many.DOutput] };
            float[] alone = DenseResults<float>.Of(Backend, test, few).DInput;
            Agreement.SameBits("dInput", alone, DenseResults<float>.Of(Backend, both, together).DInput[..alone.Length]);
        });
    }

    [SkippableTheory]
    [InlineData(700, 256)]
    [InlineData(70, 275)]
    [InlineData(300, 70)]
    [InlineData(64, 1)]
    [InlineData(1, 10)]
    [InlineData(4097, 10)]
    [InlineData(8250, 70)]
    public void Zeros_of_an_input_change_no_bit_of_the_outputs(int inputs, int units)
    {
        // The first items have many zeros, the others none: alone the first may be computed without their zeros, in one way if they are
        // few and in another if not, all together hardly. The batch must not show in an item's answer.
        const int Sparse = 16;
        var batch = new DenseCase(8 * Sparse, 0, inputs, units, 9);
        var all = DenseInputs<float>.Make(batch, TestValues.Reals);
        all = all with { Input = [.. all.Input.Select((value, i) => i >= Sparse * inputs || (uint)(i * 2654435761L) % 2 == 0 ? value : 0)] };
        DenseResults<float> expected = DenseResults<float>.Of(Backend, batch, all);
        foreach (int items in (int[])[1, 2, 3, 4, 5, 6, 7, Sparse])
        {
            var few = new DenseCase(items, 0, inputs, units, 9);
            DenseInputs<float> first = all with { Input = all.Input[..(items * inputs)], DOutput = all.DOutput[..(items * units)] };
            DenseResults<float> actual = DenseResults<float>.Of(Backend, few, first);
            Agreement.SameBits("y", expected.Linear[..(items * units)], actual.Linear);
            Agreement.SameBits("relu(y)", expected.Relu[..(items * units)], actual.Relu);
        }
    }

    [SkippableFact]
    public void Dense_gives_the_same_bits_again()
    {
        ForAll(20, ShapeCases.DenseLayers, test =>
        {
            var inputs = DenseInputs<float>.Make(test, TestValues.Reals);
            SameBits(DenseResults<float>.Of(Backend, test, inputs), DenseResults<float>.Of(Backend, test, inputs));
        });
    }

    /// <summary>Leaves one value in five, as a ReLU and a dropout do to a gradient.</summary>
    private static float[] Thin(float[] values) => [.. values.Select((value, i) => (uint)(i * 2654435761L) % 5 == 0 ? value : 0)];

    private void DenseIsExact(DenseCase test) => DenseIsExact(test, values => values);

    private void DenseIsExact(DenseCase test, Func<float[], float[]> thin)
    {
        var inputs = DenseInputs<float>.Make(test, TestValues.Integers, thin);
        using var reference = new ReferenceBackend<float>();
        SameBits(DenseResults<float>.Of(reference, test, inputs), DenseResults<float>.Of(Backend, test, inputs));
    }

    private void DenseIsWithinRounding(DenseCase test) => DenseIsWithinRounding(test, values => values);

    private void DenseIsWithinRounding(DenseCase test, Func<float[], float[]> thin)
    {
        var inputs = DenseInputs<float>.Make(test, TestValues.Reals, thin);
        using var reference = new ReferenceBackend<double>();
        DenseResults<double> expected = DenseResults<double>.Of(reference, test, inputs.Select(TestValues.Widen));
        DenseResults<double> magnitudes = DenseResults<double>.Of(reference, test, inputs.Select(TestValues.Magnitudes));
        DenseResults<float> actual = DenseResults<float>.Of(Backend, test, inputs);
        int forward = test.Shape.Inputs + 1;
        Agreement.WithinRounding("y", expected.Linear, magnitudes.Linear, forward, actual.Linear);
        Agreement.WithinRounding("relu(y)", expected.Relu, magnitudes.Linear, forward, actual.Relu);
        Agreement.WithinRounding("dInput", expected.DInput, magnitudes.DInput, test.Shape.Units, actual.DInput);
        Agreement.WithinRounding("dWeights", expected.DWeights, magnitudes.DWeights, test.Items, actual.DWeights);
        Agreement.WithinRounding("dBias", expected.DBias, magnitudes.DBias, test.Items, actual.DBias);
    }

    private static void SameBits(DenseResults<float> expected, DenseResults<float> actual)
    {
        Agreement.SameBits("y", expected.Linear, actual.Linear);
        Agreement.SameBits("relu(y)", expected.Relu, actual.Relu);
        Agreement.SameBits("dInput", expected.DInput, actual.DInput);
        Agreement.SameBits("dWeights", expected.DWeights, actual.DWeights);
        Agreement.SameBits("dBias", expected.DBias, actual.DBias);
    }

    /// <summary>The numbers that go into the three directions of a dense layer.</summary>
    private sealed record DenseInputs<T>(T[] Input, T[] Weights, T[] Bias, T[] DOutput)
    {
        public static DenseInputs<float> Make(DenseCase test, Func<int, int, float[]> values, Func<float[], float[]>? thin = null) => new(
            values(test.Items * test.Shape.Inputs, test.Seed),
            values(test.Shape.WeightCount, test.Seed + 1),
            values(test.Shape.Units, test.Seed + 2),
            (thin ?? (gradients => gradients))(values(test.Items * test.Shape.Units, test.Seed + 3)));

        public DenseInputs<TOther> Select<TOther>(Func<T[], TOther[]> change) =>
            new(change(Input), change(Weights), change(Bias), change(DOutput));
    }

    /// <summary>What comes out of them.</summary>
    private sealed record DenseResults<T>(T[] Linear, T[] Relu, T[] DInput, T[] DWeights, T[] DBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static DenseResults<T> Of(IBackend<T> backend, DenseCase test, DenseInputs<T> inputs)
        {
            (DenseShape shape, int items, int capacity) = (test.Shape, test.Items, test.Items + test.Spare);
            using var memory = new GuardedMemory<T>(backend);
            Slot input = memory.Input<T>("input", inputs.Input, test.Spare * shape.Inputs);
            Slot weights = memory.Input<T>("weights", inputs.Weights);
            Slot bias = memory.Input<T>("bias", inputs.Bias);
            Slot dOutput = memory.Input<T>("dOutput", inputs.DOutput, test.Spare * shape.Units);
            Slot linear = memory.Output<T>("y", capacity * shape.Units);
            Slot relu = memory.Output<T>("relu(y)", capacity * shape.Units);
            Slot dInput = memory.Output<T>("dInput", capacity * shape.Inputs);
            Slot dWeights = memory.Output<T>("dWeights", shape.WeightCount);
            Slot dBias = memory.Output<T>("dBias", shape.Units);
            long scratch = backend.ScratchBytes(shape, capacity);
            backend.DenseForward(shape, items, input, weights, bias, Activation.Linear, linear, memory.Scratch(scratch));
            backend.DenseForward(shape, items, input, weights, bias, Activation.Relu, relu, memory.Scratch(scratch));
            backend.DenseBackwardInput(shape, items, dOutput, weights, dInput, memory.Scratch(scratch));
            backend.DenseBackwardWeights(shape, items, input, dOutput, dWeights, dBias, memory.Scratch(scratch));
            memory.Verify();
            return new DenseResults<T>(
                memory.Read<T>(linear, items * shape.Units),
                memory.Read<T>(relu, items * shape.Units),
                memory.Read<T>(dInput, items * shape.Inputs),
                memory.Read<T>(dWeights, shape.WeightCount),
                memory.Read<T>(dBias, shape.Units));
        }
    }
}
