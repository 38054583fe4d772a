using System.Numerics;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Convolution and max-pooling as one op, forward and backward.</content>
public abstract partial class BackendContract
{
    /// <summary>Sizes near those of real networks, in the order of <see cref="ConvPoolCase"/>.</summary>
    public static TheoryData<int[]> RealPooledConvolutions { get; } =
    [
        [2, 1, 26, 26, 32, 64, 3, 3, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2, 1],
        [9, 0, 12, 10, 16, 33, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2],
        [3, 0, 28, 28, 1, 20, 5, 5, 1, 1, 0, 0, 0, 0, 2, 2, 2, 2, 3],
        [2, 0, 13, 13, 37, 131, 3, 3, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 4],
    ];

    [SkippableFact]
    public void Pooled_convolution_of_integers_is_exact() =>
        ForAll(100, ShapeCases.PooledConvolutions, PooledConvolutionIsExact);

    [SkippableTheory]
    [MemberData(nameof(RealPooledConvolutions))]
    public void Pooled_convolution_of_a_real_size_is_exact_on_integers(int[] sizes) => PooledConvolutionIsExact(new ConvPoolCase(sizes));

    [SkippableFact]
    public void Pooled_convolution_of_reals_is_within_rounding() =>
        ForAll(40, ShapeCases.PooledConvolutions, PooledConvolutionIsWithinRounding);

    [SkippableFact]
    public void Pooled_convolution_gives_the_same_bits_again()
    {
        ForAll(20, ShapeCases.PooledConvolutions, test =>
        {
            var inputs = ConvPoolInputs<float>.Make(test, TestValues.Reals);
            foreach (Activation activation in new[] { Activation.Linear, Activation.Relu })
            {
                SameBits(
                    ConvPoolResults<float>.Of(Backend, test, activation, inputs),
                    ConvPoolResults<float>.Of(Backend, test, activation, inputs));
            }
        });
    }

    /// <summary>As <see cref="Convolution_of_many_images_is_exact_however_threads_share_them"/>.</summary>
    [SkippableFact]
    public void Pooled_convolution_of_many_images_is_exact_however_threads_share_them()
    {
        int copies = Math.Min(TestScale.Cases(20), 40);
        int[] sizes = [10, 0, 28, 28, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 1];
        var inputs = ConvPoolInputs<float>.Make(new ConvPoolCase(sizes), TestValues.Integers);
        using var reference = new ReferenceBackend<float>();
        var few = ConvPoolResults<float>.Of(reference, new ConvPoolCase(sizes), Activation.Relu, inputs);
        var many = ConvPoolResults<float>.Of(Backend, new ConvPoolCase([10 * copies, .. sizes[1..]]), Activation.Relu, inputs with
        {
            Input = TestValues.Repeat(inputs.Input, copies),
            DOutput = TestValues.Repeat(inputs.DOutput, copies),
        });
        SameBits(
            new ConvPoolResults<float>(
                TestValues.Repeat(few.Output, copies),
                TestValues.Repeat(few.Winners, copies),
                TestValues.Repeat(few.DInput, copies),
                Array.ConvertAll(few.DWeights, sum => copies * sum),
                Array.ConvertAll(few.DBias, sum => copies * sum)),
            many);
    }

    private void PooledConvolutionIsExact(ConvPoolCase test)
    {
        var inputs = ConvPoolInputs<float>.Make(test, TestValues.Integers);
        using var reference = new ReferenceBackend<float>();
        foreach (Activation activation in new[] { Activation.Linear, Activation.Relu })
        {
            SameBits(
                ConvPoolResults<float>.Of(reference, test, activation, inputs),
                ConvPoolResults<float>.Of(Backend, test, activation, inputs));
        }
    }

    private void PooledConvolutionIsWithinRounding(ConvPoolCase test)
    {
        Conv2DShape conv = test.Shape.Conv;
        MaxPool2DShape pool = test.Shape.Pool;
        ConvPoolInputs<float> inputs = ConvPoolInputs<float>.Make(test, TestValues.Reals);
        ConvPoolInputs<double> exact = inputs.Select(TestValues.Widen);
        ConvPoolInputs<double> large = inputs.Select(TestValues.Magnitudes);
        ConvPoolResults<float> actual = ConvPoolResults<float>.Of(Backend, test, Activation.Linear, inputs);

        // A maximum moves by no more than the largest of its window moves. Of two that rounding cannot tell apart either may
        // win, so backward is checked with the winners that forward chose.
        var output = new double[actual.Output.Length];
        var magnitudes = new double[output.Length];
        var ignored = new byte[output.Length];
        Conv2DMaxPoolReference.Forward<double>(test.Shape, test.Images, exact.Input, exact.Weights, exact.Bias, Activation.Linear, output, ignored);
        Conv2DMaxPoolReference.Forward<double>(test.Shape, test.Images, large.Input, large.Weights, large.Bias, Activation.Linear, magnitudes, ignored);
        Agreement.WithinRounding("y", output, magnitudes, conv.TermCount + 1, actual.Output);

        // What the winners point at has to be the output, too: handing a 1 back through them and summing with the
        // convolution's own output picks each winner's value.
        var between = new double[test.Images * conv.OutputCount];
        Conv2DReference.Forward<double>(conv, test.Images, exact.Input, exact.Weights, exact.Bias, Activation.Linear, between);
        var won = new double[between.Length];
        double[] ones = [.. Enumerable.Repeat(1.0, output.Length)];
        MaxPool2DReference.BackwardInput<double>(pool, test.Images, ones, actual.Winners, won);
        var largest = new double[output.Length];
        MaxPool2DReference.Forward<double>(pool, test.Images, [.. between.Zip(won, (y, one) => one == 0 ? double.NegativeInfinity : y)], largest, ignored);
        Agreement.WithinRounding("y at the winners", largest, magnitudes, conv.TermCount + 1, actual.Output);

        (double[] dInput, double[] dWeights, double[] dBias) = Backward(exact.DOutput);
        (double[] dInputTerms, double[] dWeightsTerms, double[] dBiasTerms) = Backward(large.DOutput, large);
        int weights = test.Images * pool.OutHeight * pool.OutWidth;
        Agreement.WithinRounding("dInput", dInput, dInputTerms, conv.KernelHeight * conv.KernelWidth * conv.Filters, actual.DInput);
        Agreement.WithinRounding("dWeights", dWeights, dWeightsTerms, weights, actual.DWeights);
        Agreement.WithinRounding("dBias", dBias, dBiasTerms, weights, actual.DBias);

        (double[] DInput, double[] DWeights, double[] DBias) Backward(double[] dOutput, ConvPoolInputs<double>? of = null)
        {
            of ??= exact;
            var dx = new double[test.Images * conv.InputCount];
            var dw = new double[conv.WeightCount];
            var db = new double[conv.Filters];
            Conv2DMaxPoolReference.BackwardInput<double>(test.Shape, test.Images, dOutput, actual.Winners, of.Weights, dx);
            Conv2DMaxPoolReference.BackwardWeights<double>(test.Shape, test.Images, of.Input, dOutput, actual.Winners, dw, db);
            return (dx, dw, db);
        }
    }

    private static void SameBits(ConvPoolResults<float> expected, ConvPoolResults<float> actual)
    {
        Agreement.SameBits("y", expected.Output, actual.Output);
        Assert.Equal(expected.Winners, actual.Winners);
        Agreement.SameBits("dInput", expected.DInput, actual.DInput);
        Agreement.SameBits("dWeights", expected.DWeights, actual.DWeights);
        Agreement.SameBits("dBias", expected.DBias, actual.DBias);
    }

    /// <summary>The numbers that go into the three directions.</summary>
    private sealed record ConvPoolInputs<T>(T[] Input, T[] Weights, T[] Bias, T[] DOutput)
    {
        public static ConvPoolInputs<float> Make(ConvPoolCase test, Func<int, int, float[]> values) => new(
            values(test.Images * test.Shape.Conv.InputCount, test.Seed),
            values(test.Shape.Conv.WeightCount, test.Seed + 1),
            values(test.Shape.Conv.Filters, test.Seed + 2),
            values(test.Images * test.Shape.OutputCount, test.Seed + 3));

        public ConvPoolInputs<TOther> Select<TOther>(Func<T[], TOther[]> change) =>
            new(change(Input), change(Weights), change(Bias), change(DOutput));
    }

    /// <summary>What comes out of them.</summary>
    private sealed record ConvPoolResults<T>(T[] Output, byte[] Winners, T[] DInput, T[] DWeights, T[] DBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static ConvPoolResults<T> Of(IBackend<T> backend, ConvPoolCase test, Activation activation, ConvPoolInputs<T> inputs)
        {
            (Conv2DMaxPoolShape shape, int images, int capacity) = (test.Shape, test.Images, test.Images + test.Spare);
            using var memory = new GuardedMemory<T>(backend);
            Slot input = memory.Input<T>("input", inputs.Input, test.Spare * shape.Conv.InputCount);
            Slot weights = memory.Input<T>("weights", inputs.Weights);
            Slot bias = memory.Input<T>("bias", inputs.Bias);
            Slot output = memory.Output<T>("y", capacity * shape.OutputCount);
            Slot winners = memory.Output<byte>("winners", capacity * shape.OutputCount);
            Slot dInput = memory.Output<T>("dInput", capacity * shape.Conv.InputCount);
            Slot dWeights = memory.Output<T>("dWeights", shape.Conv.WeightCount);
            Slot dBias = memory.Output<T>("dBias", shape.Conv.Filters);
            long scratch = backend.ScratchBytes(shape, capacity);
            backend.Conv2DMaxPoolForward(shape, images, input, new(weights, bias), activation, new(output, winners), memory.Scratch(scratch));
            T[] y = memory.Read<T>(output, images * shape.OutputCount);
            var dOutput = new OutputGradient(
                memory.Input<T>("dOutput", inputs.DOutput, test.Spare * shape.OutputCount), activation == Activation.Relu ? output : null);
            backend.Conv2DMaxPoolBackwardInput(shape, images, dOutput, winners, weights, dInput, memory.Scratch(scratch));
            backend.Conv2DMaxPoolBackwardWeights(shape, images, input, dOutput, winners, dWeights, dBias, memory.Scratch(scratch));
            memory.Verify();
            return new ConvPoolResults<T>(
                y,
                memory.Read<byte>(winners, images * shape.OutputCount),
                memory.Read<T>(dInput, images * shape.Conv.InputCount),
                memory.Read<T>(dWeights, shape.Conv.WeightCount),
                memory.Read<T>(dBias, shape.Conv.Filters));
        }
    }
}
