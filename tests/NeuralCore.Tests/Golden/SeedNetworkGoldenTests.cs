using NeuralCore.Ops;
using NeuralCore.Simd;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <summary>
/// The whole digit network against PyTorch: forward, all gradients, and five steps of Adam. First the textbook loops in double
/// against the golden values, to twelve digits; then every backend in float, at the tolerances that PyTorch's own float arithmetic
/// meets. Where the golden values are a sample (the large matrix), the double run fills in the rest.
/// </summary>
public sealed class SeedNetworkGoldenTests
{
    private static readonly GoldenCase Golden = SeedNetwork.Case;

    private readonly SeedNetworkRun<double> _truth = SeedNetworkAgreement.Truth;

    [Fact]
    public void The_textbook_loops_in_double_give_the_golden_values()
    {
        Same("logits", Golden.Truth("logits"), _truth.Logits);
        Same("probabilities", Golden.Truth("probs"), _truth.Probabilities);
        Same("conv1_img0", Layout.ToChannelsLast(Golden.Truth("conv1_img0"), 1, 32, 26, 26), _truth.Conv1[..(26 * 26 * 32)]);
        Same("conv2_img0", Layout.ToChannelsLast(Golden.Truth("conv2_img0"), 1, 64, 24, 24), _truth.Conv2[..(24 * 24 * 64)]);
        Same("dense1", Golden.Truth("dense1"), _truth.Dense1);
        Same("losses", Golden.Truth("losses_keras"), _truth.Losses);
        Same("logits after 5 steps", Golden.Truth("logits_after5_keras"), _truth.LogitsAfter, 1e-9);
        for (int i = 0; i < SeedNetwork.Names.Count; i++)
        {
            string name = SeedNetwork.Names[i];
            if (name != "dense1_w")
            {
                Same("g_" + name, SeedNetwork.ToEngine(name, Golden.Truth("g_" + name)), _truth.Gradients[i]);
                Same("after5_" + name, SeedNetwork.ToEngine(name, Golden.Truth("after5_keras_" + name)), _truth.After[i], 1e-9);
            }
        }

        double[] before = Array.ConvertAll(SeedNetwork.FirstValues(4), value => (double)value);
        LargeMatrix("g_dense1_w", _truth.Gradients[4], 1e-12);
        LargeMatrix("delta5_keras_dense1_w", [.. _truth.After[4].Zip(before, (after, first) => after - first)], 1e-9);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(SimdWidth.Portable, true)]
    [InlineData(SimdWidth.Bits128, true)]
    [InlineData(SimdWidth.Bits256, true)]
    [InlineData(SimdWidth.Bits512, false)]
    [InlineData(SimdWidth.Bits512, true)]
    public void A_backend_in_float_is_as_close_as_PyTorch_in_float(SimdWidth? width, bool fuse)
    {
        using IBackend<float> backend = width is { } simd ? CpuBackend.Create(2, simd) : new ReferenceBackend<float>();
        SeedNetworkAgreement.Check(backend, fuse);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(SimdWidth.Portable)]
    [InlineData(SimdWidth.Bits128)]
    [InlineData(SimdWidth.Bits256)]
    [InlineData(SimdWidth.Bits512)]
    public void The_gradient_with_respect_to_the_images_is_close(SimdWidth? width)
    {
        // Training does not need it, so a plan does not compute it: here the first convolution is asked for it.
        using IBackend<float> backend = width is { } simd ? CpuBackend.Create(2, simd) : new ReferenceBackend<float>();
        var shape = new Conv2DShape(28, 28, 1, 32, 3, 3);
        float[] dOutput = Array.ConvertAll(_truth.DConv1, value => (float)value);
        using var memory = new GuardedMemory<float>(backend);
        NeuralCore.Slot dInput = memory.Output<float>("g_x", SeedNetwork.Items * shape.InputCount);
        backend.Conv2DBackwardInput(
            shape,
            SeedNetwork.Items,
            memory.Input<float>("dOutput", dOutput),
            memory.Input<float>("weights", SeedNetwork.FirstValues(0)),
            dInput,
            memory.Scratch(backend.ScratchBytes(shape, SeedNetwork.Items)));
        memory.Verify();
        double[] expected = Golden.Truth("g_x");
        SeedNetworkAgreement.Near("g_x", expected, TestValues.Widen(memory.Read<float>(dInput, expected.Length)), 1e-5 * SeedNetworkAgreement.Largest(expected));
    }

    /// <summary>The golden sample, sums and norm of a matrix that is too large to store.</summary>
    private static void LargeMatrix(string name, double[] inEngineLayout, double tolerance)
    {
        double[] matrix = SeedNetwork.Dense1FromEngine(inEngineLayout);
        int[] sample = Golden.Values<int>("dense1_w_sample_index", "in");
        Same(name + " sample", Golden.Truth(name + "_sample"), Array.ConvertAll(sample, i => matrix[i]), tolerance);
        double[] rows = new double[SeedNetwork.Hidden];
        double[] columns = new double[SeedNetwork.Features];
        for (int i = 0; i < matrix.Length; i++)
        {
            rows[i / SeedNetwork.Features] += matrix[i];
            columns[i % SeedNetwork.Features] += matrix[i];
        }

        Same(name + " row sums", Golden.Truth(name + "_rowsum_out"), rows, tolerance);
        Same(name + " column sums", Golden.Truth(name + "_colsum_in"), columns, tolerance);
        Same(name + " norm", Golden.Truth(name + "_l2"), [Math.Sqrt(matrix.Sum(v => v * v))], tolerance);
    }

    /// <summary>Equal up to the rounding of double, relative to the largest value.</summary>
    private static void Same(string what, double[] expected, double[] actual, double tolerance = 1e-12) =>
        SeedNetworkAgreement.Near(what, expected, actual, tolerance * Math.Max(1e-3, SeedNetworkAgreement.Largest(expected)));
}
