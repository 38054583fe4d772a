using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>The weights after training are a function of the seed and the data, and of nothing else.</summary>
public sealed class DeterminismTests
{
    /// <summary>87 images in batches of 20: the last batch of each epoch is smaller than the others.</summary>
    private const int Images = 87;

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_gives_others()
    {
        string first = Train(TestNetworks.Small, seed: 7);
        Assert.Equal(first, Train(TestNetworks.Small, seed: 7));
        Assert.NotEqual(first, Train(TestNetworks.Small, seed: 8));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_number_of_threads_gives_the_same_bits(bool fuse)
    {
        string[] weights = [.. new[] { 1, 2, 3, 8, 64 }.Select(threads => Train(TestNetworks.Small, threads: threads, fuse: fuse))];
        Assert.All(weights, hash => Assert.Equal(weights[0], hash));
    }

    [Theory]
    [InlineData(SimdWidth.Portable)]
    [InlineData(SimdWidth.Bits128)]
    [InlineData(SimdWidth.Bits256)]
    public void Any_number_of_threads_gives_the_same_bits_at_every_width(SimdWidth width)
    {
        Assert.Equal(Train(TestNetworks.Small, threads: 1, width: width), Train(TestNetworks.Small, threads: 3, width: width));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits_on_the_seed_network()
    {
        string[] weights = [.. new[] { 1, 2, 3, 8, 64 }.Select(threads => TrainSeedNetwork(threads, SimdWidth.Auto))];
        Assert.All(weights, hash => Assert.Equal(weights[0], hash));
    }

    /// <summary>
    /// With fused multiply-add every width computes an element from the same products in the same order, each rounded once. Without
    /// it the portable widths round products and sums apart, and only promise the same bits to themselves.
    /// </summary>
    [Fact]
    public void Every_width_gives_the_same_bits_where_there_is_fused_multiply_add()
    {
        if (!Fma.IsSupported && !AdvSimd.IsSupported)
        {
            return;
        }

        SimdWidth[] widths = [SimdWidth.Portable, SimdWidth.Bits128, SimdWidth.Bits256, SimdWidth.Bits512];
        string[] weights = [.. widths.Select(width => Train(TestNetworks.Small, width: width))];
        Assert.All(weights, hash => Assert.Equal(weights[0], hash));
        Assert.Equal(TrainSeedNetwork(2, SimdWidth.Bits128), TrainSeedNetwork(2, SimdWidth.Bits512));
    }

    [Theory]
    [ClassData(typeof(AllWidths))]
    public void Depthwise_convolutions_give_the_same_bits_on_any_number_of_threads_at_every_width(SimdWidth width)
    {
        bool hasFusedMultiplyAdd = Fma.IsSupported || AdvSimd.IsSupported;
        string expected = Train(TestNetworks.Separable, threads: 1, width: hasFusedMultiplyAdd ? SimdWidth.Auto : width);
        Assert.All(new[] { 1, 3, 8 }, threads => Assert.Equal(expected, Train(TestNetworks.Separable, threads: threads, width: width)));
    }

    [Fact]
    public void Training_again_goes_on_where_training_ended()
    {
        using var once = Compiled(TestNetworks.Small, 7, 1, SimdWidth.Auto, fuse: true);
        using var twice = Compiled(TestNetworks.Small, 7, 1, SimdWidth.Auto, fuse: true);
        once.Fit(TestNetworks.Bars(Images, 1), epochs: 2, batchSize: 20);
        twice.Fit(TestNetworks.Bars(Images, 1), epochs: 1, batchSize: 20);
        twice.Fit(TestNetworks.Bars(Images, 1), epochs: 1, batchSize: 20);
        Assert.Equal(once.WeightsSha256(), twice.WeightsSha256());
    }

    private static string Train(Layer[] layers, ulong seed = 7, int threads = 1, SimdWidth width = SimdWidth.Auto, bool fuse = true)
    {
        using Sequential model = Compiled(layers, seed, threads, width, fuse);
        model.Fit(TestNetworks.Bars(Images, 1), epochs: 2, batchSize: 20);
        return model.WeightsSha256();
    }

    private static string TrainSeedNetwork(int threads, SimdWidth width)
    {
        using Sequential model = Compiled(TestNetworks.Seed, 7, threads, width, fuse: true);
        var random = new Random(1);
        byte[] pixels = new byte[50 * 784];
        byte[] labels = [.. Enumerable.Range(0, 50).Select(_ => (byte)random.Next(10))];
        random.NextBytes(pixels);
        model.Fit(new LabelledImages(pixels, labels, 28, 28), batchSize: 30);
        return model.WeightsSha256();
    }

    private static Sequential Compiled(Layer[] layers, ulong seed, int threads, SimdWidth width, bool fuse)
    {
        var model = new Sequential(layers);
        model.Compile(backend: CpuBackend.Create(threads, width), seed: seed, fuse: fuse);
        return model;
    }
}
