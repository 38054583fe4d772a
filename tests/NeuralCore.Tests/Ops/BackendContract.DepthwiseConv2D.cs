using System.Numerics;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Depthwise convolution, forward and backward.</content>
public abstract partial class BackendContract
{
    /// <summary>Sizes near those of real networks, in the order of <see cref="DepthwiseCase"/>.</summary>
    public static TheoryData<int[]> RealDepthwiseConvolutions { get; } =
    [
        [3, 0, 28, 28, 16, 1, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        [2, 1, 14, 14, 96, 1, 3, 3, 2, 2, 1, 1, 0, 1, 0, 1, 2],
        [5, 0, 7, 7, 131, 1, 5, 5, 1, 1, 1, 1, 2, 2, 2, 2, 3],
        [2, 0, 15, 13, 24, 1, 3, 3, 1, 1, 2, 3, 2, 2, 3, 3, 4],
        [9, 0, 12, 9, 1, 4, 2, 3, 1, 1, 1, 1, 0, 1, 1, 1, 5],
        [2, 0, 11, 10, 17, 3, 3, 3, 3, 2, 1, 1, 1, 1, 1, 1, 6],
    ];

    [SkippableFact]
    public void Depthwise_convolution_of_integers_is_exact() => ForAll(100, ShapeCases.DepthwiseConvolutions, DepthwiseIsExact);

    [SkippableTheory]
    [MemberData(nameof(RealDepthwiseConvolutions))]
    public void Depthwise_convolution_of_a_real_size_is_exact_on_integers(int[] sizes) => DepthwiseIsExact(new DepthwiseCase(sizes));

    [SkippableFact]
    public void Depthwise_convolution_of_reals_is_within_rounding() =>
        ForAll(40, ShapeCases.DepthwiseConvolutions, test =>
        {
            var inputs = ConvInputs<float>.Make(test, TestValues.Reals);
            using var reference = new ReferenceBackend<double>();
            ConvResults<double> expected = Depthwise(reference, test, inputs.Select(TestValues.Widen));
            ConvResults<double> magnitudes = Depthwise(reference, test, inputs.Select(TestValues.Magnitudes));
            ConvResults<float> actual = Depthwise(Backend, test, inputs);
            int pixels = test.Images * test.Shape.OutHeight * test.Shape.OutWidth;
            Agreement.WithinRounding("y", expected.Linear, magnitudes.Linear, test.Shape.Taps + 1, actual.Linear);
            Agreement.WithinRounding("relu(y)", expected.Relu, magnitudes.Linear, test.Shape.Taps + 1, actual.Relu);
            Agreement.WithinRounding("dInput", expected.DInput, magnitudes.DInput, test.Shape.Taps * test.Shape.Multiplier, actual.DInput);
            Agreement.WithinRounding("dWeights", expected.DWeights, magnitudes.DWeights, pixels, actual.DWeights);
            Agreement.WithinRounding("dBias", expected.DBias, magnitudes.DBias, pixels, actual.DBias);
        });

    [SkippableFact]
    public void Depthwise_convolution_gives_the_same_bits_again() =>
        ForAll(20, ShapeCases.DepthwiseConvolutions, test =>
        {
            var inputs = ConvInputs<float>.Make(test, TestValues.Reals);
            SameBits(Depthwise(Backend, test, inputs), Depthwise(Backend, test, inputs));
        });

    /// <summary>As <see cref="Convolution_of_many_images_is_exact_however_threads_share_them"/>.</summary>
    [SkippableFact]
    public void Depthwise_convolution_of_many_images_is_exact_however_threads_share_them()
    {
        int copies = Math.Min(TestScale.Cases(20), 40);
        int[] sizes = [10, 0, 20, 20, 8, 2, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        var inputs = ConvInputs<float>.Make(new DepthwiseCase(sizes), TestValues.Integers);
        using var reference = new ReferenceBackend<float>();
        ConvResults<float> few = Depthwise(reference, new DepthwiseCase(sizes), inputs);
        ConvResults<float> many = Depthwise(Backend, new DepthwiseCase([10 * copies, .. sizes[1..]]), inputs with
        {
            Input = TestValues.Repeat(inputs.Input, copies),
            DOutput = TestValues.Repeat(inputs.DOutput, copies),
        });
        SameBits(few.Repeated(copies), many);
    }

    [SkippableFact]
    public void Depthwise_convolution_takes_the_derivative_of_its_relu_like_the_op_of_its_own() =>
        ForAll(40, ShapeCases.DepthwiseConvolutions, test =>
        {
            DepthwiseConv2DShape shape = test.Shape;
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("input", TestValues.Reals(test.Images * shape.InputCount, test.Seed));
            Slot weights = memory.Input<float>("weights", TestValues.Reals(shape.WeightCount, test.Seed + 1));
            long scratch = Backend.ScratchBytes(shape, test.Images);
            OnTheFlyEqualsAlone(memory, test.Images * shape.OutputCount, test.Seed, dOutput =>
            {
                Slot dInput = memory.Output<float>("dInput", test.Images * shape.InputCount);
                Slot dWeights = memory.Output<float>("dWeights", shape.WeightCount), dBias = memory.Output<float>("dBias", shape.Filters);
                Backend.DepthwiseConv2DBackwardInput(shape, test.Images, dOutput, weights, dInput, memory.Scratch(scratch));
                Backend.DepthwiseConv2DBackwardWeights(shape, test.Images, input, dOutput, dWeights, dBias, memory.Scratch(scratch));
                return
                [
                    memory.Read<float>(dInput, test.Images * shape.InputCount),
                    memory.Read<float>(dWeights, shape.WeightCount),
                    memory.Read<float>(dBias, shape.Filters),
                ];
            });
        });

    private void DepthwiseIsExact(DepthwiseCase test)
    {
        var inputs = ConvInputs<float>.Make(test, TestValues.Integers);
        using var reference = new ReferenceBackend<float>();
        SameBits(Depthwise(reference, test, inputs), Depthwise(Backend, test, inputs));
    }

    private static ConvResults<T> Depthwise<T>(IBackend<T> backend, DepthwiseCase test, ConvInputs<T> inputs)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (DepthwiseConv2DShape shape, int images) = (test.Shape, test.Images);
        using var results = new ConvMemory<T>(backend, test, inputs);
        long scratch = backend.ScratchBytes(shape, images + test.Spare);
        GuardedMemory<T> memory = results.Memory;
        backend.DepthwiseConv2DForward(shape, images, results.Input, results.Weights, results.Bias, Activation.Linear, results.Linear, memory.Scratch(scratch));
        backend.DepthwiseConv2DForward(shape, images, results.Input, results.Weights, results.Bias, Activation.Relu, results.Relu, memory.Scratch(scratch));
        backend.DepthwiseConv2DBackwardInput(shape, images, results.DOutput, results.Weights, results.DInput, memory.Scratch(scratch));
        backend.DepthwiseConv2DBackwardWeights(shape, images, results.Input, results.DOutput, results.DWeights, results.DBias, memory.Scratch(scratch));
        return results.Read();
    }
}
