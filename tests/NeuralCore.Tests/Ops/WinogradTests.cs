using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// Convolution by Winograd's filtering. It rounds other intermediate values than the definition does, so it is held within the
/// error that its own intermediate values can have, which <see cref="WinogradMagnitudes"/> sums up; and from one width, number of
/// threads and fusion to the next it gives the same bits.
/// </summary>
public sealed class WinogradTests
{
    /// <summary>Images, height, width, channels, filters, padding on every side: output sizes of every rest by four, and those of real networks.</summary>
    public static TheoryData<int, int, int, int, int, int> Shapes { get; } = new()
    {
        { 2, 26, 26, 32, 64, 0 },
        { 3, 3, 3, 16, 16, 0 },
        { 2, 7, 5, 16, 32, 0 },
        { 2, 8, 12, 48, 16, 0 },
        { 1, 13, 14, 64, 80, 1 },
        { 5, 4, 11, 16, 16, 1 },
        { 1, 9, 16, 32, 48, 2 },

        // Images of one and of four tiles, several of which are computed together, and a rest of them.
        { 41, 3, 3, 16, 32, 1 },
        { 10, 7, 7, 32, 16, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_error_is_that_of_its_own_intermediate_values(int images, int height, int width, int channels, int filters, int padding)
    {
        Case test = new(images, height, width, channels, filters, padding);
        var expected = new double[images * test.Shape.OutputCount];
        Conv2DReference.Forward<double>(
            test.Shape, images, TestValues.Widen(test.Input), TestValues.Widen(test.Weights), TestValues.Widen(test.Bias), Activation.Linear, expected);
        double[] magnitudes = WinogradMagnitudes.Of(test.Shape, images, test.Input, test.Weights, test.Bias);
        Agreement.WithinRounding("y", expected, magnitudes, WinogradMagnitudes.Roundings(channels), test.Run(SimdWidth.Auto, 2));
    }

    /// <summary>As oneDNN asks of its own Winograd convolutions: a relative error of at most 2e-5 in the Euclidean norm.</summary>
    [Fact]
    public void At_the_size_of_the_network_the_error_is_small()
    {
        Case test = new(4, 26, 26, 32, 64, 0);
        var expected = new double[test.Images * test.Shape.OutputCount];
        Conv2DReference.Forward<double>(
            test.Shape, test.Images, TestValues.Widen(test.Input), TestValues.Widen(test.Weights), TestValues.Widen(test.Bias), Activation.Linear, expected);
        float[] actual = test.Run(SimdWidth.Auto, 1);
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum() / expected.Sum(e => e * e));
        Assert.InRange(error, 1e-9, 2e-5);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_and_number_of_threads_gives_the_same_bits(int images, int height, int width, int channels, int filters, int padding)
    {
        Case test = new(images, height, width, channels, filters, padding);
        float[] expected = test.Run(SimdWidth.Portable, 1);
        foreach (SimdWidth simd in SimdWidths.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                float[] actual = test.Run(simd, threads);
                if (System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported)
                {
                    Agreement.SameBits($"y, {simd}, {threads} threads", expected, actual);
                }

                Agreement.SameBits($"y again, {simd}, {threads} threads", actual, test.Run(simd, 2));
            }
        }
    }

    [Theory]
    [InlineData(26, 26, 2)]
    [InlineData(12, 9, 2)]
    [InlineData(17, 20, 4)]
    [InlineData(14, 14, 3)]
    [InlineData(5, 8, 1)]
    public void Pooled_in_the_same_pass_it_gives_the_same_bits_as_pooled_behind(int height, int width, int window)
    {
        Case test = new(3, height, width, 16, 32, 0);
        var pool = new MaxPool2DShape(test.Shape.OutHeight, test.Shape.OutWidth, test.Shape.Filters, window, window, window, window);
        var expected = new float[test.Images * pool.OutputCount];
        var expectedWinners = new byte[expected.Length];
        bool fits = 4 % window == 0;
        MaxPool2DReference.Forward<float>(pool, test.Images, test.Run(SimdWidth.Auto, 1, fits ? ConvAlgorithm.Winograd : ConvAlgorithm.Direct), expected, expectedWinners);
        using IBackend<float> backend = CpuBackend.Create(2, conv: ConvAlgorithm.Winograd);
        using var memory = new GuardedMemory<float>(backend);
        var shape = new Conv2DMaxPoolShape(test.Shape, pool);
        Slot output = memory.Output<float>("y", expected.Length);
        Slot winners = memory.Output<byte>("winners", expected.Length);
        backend.Conv2DMaxPoolForward(
            shape, test.Images, memory.Input<float>("x", test.Input),
            new(memory.Input<float>("w", test.Weights), memory.Input<float>("b", test.Bias)), Activation.Linear, new(output, winners),
            memory.Scratch(backend.ScratchBytes(shape, test.Images)));
        memory.Verify();
        Agreement.SameBits("y", expected, memory.Read<float>(output, expected.Length));
        Assert.Equal(expectedWinners, memory.Read<byte>(winners, expected.Length));
    }

    /// <summary>
    /// Images of whole tiles, which are shared out in groups of rows, and one that is not; full ones, and some of whose tiles see nothing and
    /// are computed once; one too wide for that; and some behind a dilated kernel, that see more of the image.
    /// </summary>
    [Theory]
    [InlineData(26, 26, false)]
    [InlineData(26, 26, true)]
    [InlineData(34, 6, false)]
    [InlineData(34, 6, true)]
    [InlineData(14, 30, false)]
    [InlineData(14, 30, true)]
    [InlineData(10, 66, true)]
    [InlineData(15, 13, true)]
    [InlineData(26, 26, true, 2)]
    [InlineData(14, 30, true, 3)]
    public void Behind_another_convolution_it_gives_the_same_bits_in_one_op_as_in_two(int height, int width, bool drawn, int dilation = 1)
    {
        const int Images = 12;
        Case test = new(Images, height, width, 16, 32, 0);
        var pool = new MaxPool2DShape(test.Shape.OutHeight, test.Shape.OutWidth, test.Shape.Filters, 2, 2, 2, 2);
        var shape = new ConvBlockShape(
            new Conv2DShape(Window2D.Of((height, width), 3, 1, dilation, Padding.Same), 1, 16), new Conv2DMaxPoolShape(test.Shape, pool));
        var mask = new DropoutMask(0.3, 7, 5, 2);
        int outputs = Images * pool.OutputCount;
        using IBackend<float> backend = CpuBackend.Create(2, conv: ConvAlgorithm.Winograd);
        using var memory = new GuardedMemory<float>(backend);
        float[] images = TestValues.Reals(Images * height * width, 4);
        Slot input = memory.Input<float>("x", drawn ? TestValues.Drawn(images, height, width, 9) : images);
        Slot[] p = [.. new[] { 9 * 16, 16, test.Shape.WeightCount, 32 }.Select((count, i) => memory.Input<float>("parameter", TestValues.Reals(count, 5 + i)))];
        Slot between = memory.Output<float>("y1", Images * shape.First.OutputCount);
        Slot[] outputsOf = [memory.Output<float>("y", outputs), memory.Output<float>("y", outputs)];
        Slot[] winnersOf = [memory.Output<byte>("winners", outputs), memory.Output<byte>("winners", outputs)];
        backend.Conv2DForward(shape.First, Images, input, new(p[0], p[1]), Activation.Relu, between, memory.Scratch(backend.ScratchBytes(shape.First, Images)));
        backend.Conv2DMaxPoolForward(
            shape.Second, Images, between, new(p[2], p[3]), Activation.Relu, new(outputsOf[0], winnersOf[0], mask),
            memory.Scratch(backend.ScratchBytes(shape.Second, Images)));
        backend.ConvBlockForward(
            shape, Images, input, new ConvBlockParameters(new(p[0], p[1]), new(p[2], p[3])), Activation.Relu, new(outputsOf[1], winnersOf[1], mask),
            memory.Scratch(backend.ScratchBytes(shape, Images)));
        memory.Verify();
        Agreement.SameBits("y", memory.Read<float>(outputsOf[0], outputs), memory.Read<float>(outputsOf[1], outputs));
        Assert.Equal(memory.Read<byte>(winnersOf[0], outputs), memory.Read<byte>(winnersOf[1], outputs));
    }

    [Fact]
    public void What_it_cannot_do_is_computed_by_the_definition()
    {
        Conv2DShape[] shapes =
        [
            new(9, 9, 16, 16, 5, 5), new(9, 9, 8, 16, 3, 3), new(9, 9, 16, 20, 3, 3), new(new Window2D(9, 3, strides: 2), 16, 16),
            new(new Window2D(9, 3, dilation: 2), 16, 16),
        ];
        foreach (Conv2DShape shape in shapes)
        {
            Case test = new(2, shape);
            Agreement.SameBits("y", test.Run(SimdWidth.Auto, 1, ConvAlgorithm.Direct), test.Run(SimdWidth.Auto, 1));
        }
    }

    /// <summary>A convolution with its numbers.</summary>
    private sealed class Case(int images, Conv2DShape shape)
    {
        public Case(int images, int height, int width, int channels, int filters, int padding)
            : this(images, new Conv2DShape(new Window2D((height, width), 3, border: padding), channels, filters))
        {
        }

        public int Images => images;

        public Conv2DShape Shape => shape;

        public float[] Input { get; } = TestValues.Reals(images * shape.InputCount, 1);

        public float[] Weights { get; } = TestValues.Reals(shape.WeightCount, 2);

        public float[] Bias { get; } = TestValues.Reals(shape.Filters, 3);

        public float[] Run(SimdWidth simd, int threads, ConvAlgorithm conv = ConvAlgorithm.Winograd)
        {
            using IBackend<float> backend = CpuBackend.Create(threads, simd, conv);
            using var memory = new GuardedMemory<float>(backend);
            Slot output = memory.Output<float>("y", images * shape.OutputCount);
            backend.Conv2DForward(
                shape, images, memory.Input<float>("x", Input), new(memory.Input<float>("w", Weights), memory.Input<float>("b", Bias)),
                Activation.Linear, output, memory.Scratch(backend.ScratchBytes(shape, images)));
            memory.Verify();
            return memory.Read<float>(output, images * shape.OutputCount);
        }
    }
}
