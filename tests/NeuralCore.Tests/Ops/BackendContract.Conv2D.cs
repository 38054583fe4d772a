using System.Numerics;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Convolution, forward and backward.</content>
public abstract partial class BackendContract
{
    /// <summary>
    /// Sizes near those of real networks, too large to be drawn at random: images, spare, height, width, channels, filters,
    /// kernel, strides, dilation, padding, seed, in the order of <see cref="ConvCase"/>.
    /// </summary>
    public static TheoryData<int[]> RealConvolutions { get; } =
    [
        [3, 0, 28, 28, 1, 32, 3, 3, 1, 1, 1, 1, 0, 0, 0, 0, 1],
        [2, 1, 26, 26, 32, 64, 3, 3, 1, 1, 1, 1, 0, 0, 0, 0, 2],
        [3, 0, 12, 12, 64, 64, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 3],
        [2, 0, 13, 11, 37, 131, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 4],
        [1, 0, 28, 28, 3, 20, 5, 5, 1, 1, 1, 1, 2, 2, 2, 2, 5],
        [5, 0, 7, 7, 113, 59, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 6],
        [2, 0, 17, 15, 32, 64, 3, 3, 1, 1, 2, 2, 2, 2, 2, 2, 7],
        [2, 1, 20, 28, 16, 48, 3, 5, 2, 1, 1, 3, 2, 0, 5, 7, 8],

        // Few pixels and many weights: more images than a chunk, a rest of one, a kernel that mostly sees the border, strides, dilation, one pixel.
        [31, 1, 3, 3, 96, 80, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 9],
        [7, 0, 7, 7, 80, 96, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 10],
        [3, 0, 1, 1, 96, 80, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 11],
        [4, 1, 9, 8, 96, 80, 3, 3, 2, 1, 1, 2, 0, 1, 2, 3, 12],
        [9, 0, 4, 5, 272, 256, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 13],
    ];

    [SkippableFact]
    public void Convolution_of_integers_is_exact() =>
        ForAll(100, ShapeCases.Convolutions, ConvolutionIsExact);

    [SkippableFact]
    public void Convolution_of_reals_is_within_rounding() =>
        ForAll(40, ShapeCases.Convolutions, ConvolutionIsWithinRounding);

    [SkippableTheory]
    [MemberData(nameof(RealConvolutions))]
    public void Convolution_of_a_real_size_is_exact_on_integers(int[] sizes) => ConvolutionIsExact(new ConvCase(sizes));

    /// <summary>Grey images with hardly anything on them, up to sizes where nobody looks for what is blank, and with patches of other forms.</summary>
    [SkippableTheory]
    [InlineData(28, 28, 3, 3, 1, 1)]
    [InlineData(9, 62, 3, 3, 1, 1)]
    [InlineData(9, 65, 3, 3, 1, 1)]
    [InlineData(12, 12, 9, 1, 1, 1)]
    [InlineData(12, 12, 1, 9, 1, 1)]
    [InlineData(13, 13, 3, 3, 2, 1)]
    [InlineData(13, 13, 3, 3, 1, 2)]
    [InlineData(13, 13, 3, 3, 2, 2)]
    public void Convolution_of_blank_images_is_exact_on_integers(int height, int width, int kernelHeight, int kernelWidth, int stride, int dilation)
    {
        var test = new ConvCase(8, 0, height, width, 1, 32, kernelHeight, kernelWidth, stride, stride, dilation, dilation, 1, 1, 1, 1, 3);
        var inputs = ConvInputs<float>.Make(test, TestValues.Integers);
        inputs = inputs with { Input = TestValues.Drawn(inputs.Input, height, width, 4) };
        using var reference = new ReferenceBackend<float>();
        SameBits(ConvResults<float>.Of(reference, test, inputs), ConvResults<float>.Of(Backend, test, inputs));
    }

    [SkippableFact]
    public void Convolution_of_a_real_size_is_within_rounding() =>
        ConvolutionIsWithinRounding(new ConvCase(2, 0, 14, 14, 32, 64, 3, 3, 1, 1, 1, 1, 0, 0, 0, 0, 7));

    [SkippableFact]
    public void Convolution_gives_the_same_bits_again()
    {
        ForAll(20, ShapeCases.Convolutions, test =>
        {
            var inputs = ConvInputs<float>.Make(test, TestValues.Reals);
            ConvResults<float> first = ConvResults<float>.Of(Backend, test, inputs);
            ConvResults<float> second = ConvResults<float>.Of(Backend, test, inputs);
            SameBits(first, second);
        });
    }

    /// <summary>
    /// Long enough that every thread wakes and joins in, with padding, which takes scratch of every thread's own. The batch is ten
    /// images over and over (not more often, for the sums to stay exact), and so is what comes out of it, or so many times the sum.
    /// </summary>
    [SkippableFact]
    public void Convolution_of_many_images_is_exact_however_threads_share_them()
    {
        int copies = Math.Min(TestScale.Cases(20), 40);
        int[] sizes = [10, 0, 28, 28, 8, 16, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        var inputs = ConvInputs<float>.Make(new ConvCase(sizes), TestValues.Integers);
        using var reference = new ReferenceBackend<float>();
        ConvResults<float> few = ConvResults<float>.Of(reference, new ConvCase(sizes), inputs);
        ConvResults<float> many = ConvResults<float>.Of(Backend, new ConvCase([10 * copies, .. sizes[1..]]), inputs with
        {
            Input = TestValues.Repeat(inputs.Input, copies),
            DOutput = TestValues.Repeat(inputs.DOutput, copies),
        });
        SameBits(few.Repeated(copies), many);
    }

    /// <summary>Batches of eight images and more, for forms that take several images at once: whole blocks of them, and some left over.</summary>
    [SkippableFact]
    public void Convolution_of_blocks_of_images_is_exact() =>
        ForAll(40, ShapeCases.Convolutions, test => ConvolutionIsExact(Batch(test, 8 + (test.Seed % 30))));

    [SkippableFact]
    public void Convolution_gives_an_image_the_same_bits_in_any_batch() =>
        ForAll(30, ShapeCases.Convolutions, test =>
        {
            ConvCase one = Batch(test, 1), all = Batch(test, 19);
            var inputs = ConvInputs<float>.Make(all, TestValues.Reals);
            ConvResults<float> batch = ConvResults<float>.Of(Backend, all, inputs);
            foreach (int n in (int[])[0, 7, 18])
            {
                (int Input, int Weights, int Bias, int Output) counts = one.Counts;
                Range x = (n * counts.Input)..((n + 1) * counts.Input), y = (n * counts.Output)..((n + 1) * counts.Output);
                ConvResults<float> alone = ConvResults<float>.Of(Backend, one, inputs with { Input = inputs.Input[x], DOutput = inputs.DOutput[y] });
                Agreement.SameBits("y", alone.Linear, batch.Linear[y]);
                Agreement.SameBits("relu(y)", alone.Relu, batch.Relu[y]);
                Agreement.SameBits("dInput", alone.DInput, batch.DInput[x]);
            }
        });

    private static ConvCase Batch(ConvCase test, int images) => new([images, .. test.Sizes[1..]]);

    private void ConvolutionIsExact(ConvCase test)
    {
        var inputs = ConvInputs<float>.Make(test, TestValues.Integers);
        using var reference = new ReferenceBackend<float>();
        ConvResults<float> expected = ConvResults<float>.Of(reference, test, inputs);
        SameBits(expected, ConvResults<float>.Of(Backend, test, inputs));
    }

    private void ConvolutionIsWithinRounding(ConvCase test)
    {
        var inputs = ConvInputs<float>.Make(test, TestValues.Reals);
        using var reference = new ReferenceBackend<double>();
        ConvResults<double> expected = ConvResults<double>.Of(reference, test, inputs.Select(TestValues.Widen));
        ConvResults<double> magnitudes = ConvResults<double>.Of(reference, test, inputs.Select(TestValues.Magnitudes));
        ConvResults<float> actual = ConvResults<float>.Of(Backend, test, inputs);

        // One term more for the bias. An input pixel meets each filter in at most every kernel position.
        Conv2DShape shape = test.Shape;
        int forward = shape.TermCount + 1;
        int backward = shape.KernelHeight * shape.KernelWidth * shape.Filters;
        int weights = test.Images * shape.OutHeight * shape.OutWidth;
        Agreement.WithinRounding("y", expected.Linear, magnitudes.Linear, forward, actual.Linear);
        Agreement.WithinRounding("relu(y)", expected.Relu, magnitudes.Linear, forward, actual.Relu);
        Agreement.WithinRounding("dInput", expected.DInput, magnitudes.DInput, backward, actual.DInput);
        Agreement.WithinRounding("dWeights", expected.DWeights, magnitudes.DWeights, weights, actual.DWeights);
        Agreement.WithinRounding("dBias", expected.DBias, magnitudes.DBias, weights, actual.DBias);
    }

    private static void SameBits(ConvResults<float> expected, ConvResults<float> actual)
    {
        Agreement.SameBits("y", expected.Linear, actual.Linear);
        Agreement.SameBits("relu(y)", expected.Relu, actual.Relu);
        Agreement.SameBits("dInput", expected.DInput, actual.DInput);
        Agreement.SameBits("dWeights", expected.DWeights, actual.DWeights);
        Agreement.SameBits("dBias", expected.DBias, actual.DBias);
    }

    /// <summary>The numbers that go into the three directions of a convolution.</summary>
    private sealed record ConvInputs<T>(T[] Input, T[] Weights, T[] Bias, T[] DOutput)
    {
        public static ConvInputs<float> Make(AnyConvCase test, Func<int, int, float[]> values) => new(
            values(test.Images * test.Counts.Input, test.Seed),
            values(test.Counts.Weights, test.Seed + 1),
            values(test.Counts.Bias, test.Seed + 2),
            values(test.Images * test.Counts.Output, test.Seed + 3));

        public ConvInputs<TOther> Select<TOther>(Func<T[], TOther[]> change) =>
            new(change(Input), change(Weights), change(Bias), change(DOutput));
    }

    /// <summary>Guarded memory for them, and for what comes out.</summary>
    private sealed class ConvMemory<T> : IDisposable
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly AnyConvCase _test;

        public ConvMemory(IBackend<T> backend, AnyConvCase test, ConvInputs<T> inputs)
        {
            (_test, Memory) = (test, new GuardedMemory<T>(backend));
            int capacity = test.Images + test.Spare;
            Input = Memory.Input<T>("input", inputs.Input, test.Spare * test.Counts.Input);
            Weights = Memory.Input<T>("weights", inputs.Weights);
            Bias = Memory.Input<T>("bias", inputs.Bias);
            DOutput = Memory.Input<T>("dOutput", inputs.DOutput, test.Spare * test.Counts.Output);
            Linear = Memory.Output<T>("y", capacity * test.Counts.Output);
            Relu = Memory.Output<T>("relu(y)", capacity * test.Counts.Output);
            DInput = Memory.Output<T>("dInput", capacity * test.Counts.Input);
            DWeights = Memory.Output<T>("dWeights", test.Counts.Weights);
            DBias = Memory.Output<T>("dBias", test.Counts.Bias);
        }

        public GuardedMemory<T> Memory { get; }

        public Slot Input { get; }

        public Slot Weights { get; }

        public Slot Bias { get; }

        public Slot DOutput { get; }

        public Slot Linear { get; }

        public Slot Relu { get; }

        public Slot DInput { get; }

        public Slot DWeights { get; }

        public Slot DBias { get; }

        /// <summary>What was written, when all guards were found whole.</summary>
        public ConvResults<T> Read()
        {
            Memory.Verify();
            return new ConvResults<T>(
                Memory.Read<T>(Linear, _test.Images * _test.Counts.Output),
                Memory.Read<T>(Relu, _test.Images * _test.Counts.Output),
                Memory.Read<T>(DInput, _test.Images * _test.Counts.Input),
                Memory.Read<T>(DWeights, _test.Counts.Weights),
                Memory.Read<T>(DBias, _test.Counts.Bias));
        }

        public void Dispose() => Memory.Dispose();
    }

    /// <summary>What comes out of them.</summary>
    private sealed record ConvResults<T>(T[] Linear, T[] Relu, T[] DInput, T[] DWeights, T[] DBias)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static ConvResults<T> Of(IBackend<T> backend, ConvCase test, ConvInputs<T> inputs)
        {
            (Conv2DShape shape, int images) = (test.Shape, test.Images);
            using var results = new ConvMemory<T>(backend, test, inputs);
            long scratch = backend.ScratchBytes(shape, images + test.Spare);
            GuardedMemory<T> memory = results.Memory;
            backend.Conv2DForward(shape, images, results.Input, new(results.Weights, results.Bias), Activation.Linear, results.Linear, memory.Scratch(scratch));
            backend.Conv2DForward(shape, images, results.Input, new(results.Weights, results.Bias), Activation.Relu, results.Relu, memory.Scratch(scratch));
            backend.Conv2DBackwardInput(shape, images, results.DOutput, results.Weights, results.DInput, memory.Scratch(scratch));
            backend.Conv2DBackwardWeights(shape, images, results.Input, results.DOutput, results.DWeights, results.DBias, memory.Scratch(scratch));
            return results.Read();
        }

        /// <summary>What the same images give that come so many times over.</summary>
        public ConvResults<T> Repeated(int copies) => new(
            TestValues.Repeat(Linear, copies), TestValues.Repeat(Relu, copies), TestValues.Repeat(DInput, copies),
            Array.ConvertAll(DWeights, sum => T.CreateChecked(copies) * sum), Array.ConvertAll(DBias, sum => T.CreateChecked(copies) * sum));
    }
}
