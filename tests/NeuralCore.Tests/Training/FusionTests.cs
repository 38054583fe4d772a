using NeuralCore.Ops;
using NeuralCore.Simd;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>A fused plan computes what the textbook chain computes.</summary>
public sealed class FusionTests
{
    [Theory]
    [ClassData(typeof(AllWidths))]
    public void Fused_equals_unfused(SimdWidth width)
    {
        using IBackend<float> backend = CpuBackend.Create(2, width);
        Compare(backend, TestNetworks.Small, items: 9);
        Compare(backend, TestNetworks.Separable, items: 9);
    }

    [Fact]
    public void Fused_equals_unfused_on_the_seed_network()
    {
        using IBackend<float> backend = CpuBackend.Create(2);
        Compare(backend, TestNetworks.Seed, items: 20);
    }

    [Fact]
    public void The_textbook_loops_give_the_same_bits_either_way()
    {
        using var backend = new ReferenceBackend<float>();
        foreach (Layer[] layers in (Layer[][])[TestNetworks.Small, TestNetworks.Separable])
        {
            using PlannedNetwork fused = Run(backend, layers, 4, fuse: true);
            using PlannedNetwork unfused = Run(backend, layers, 4, fuse: false);
            Agreement.SameBits("losses", unfused.Losses(4), fused.Losses(4));
            Agreement.SameBits("gradients", unfused.Gradients(), fused.Gradients());
        }
    }

    [Fact]
    public void A_relu_goes_into_the_depthwise_convolution_before_it()
    {
        using IBackend<float> backend = CpuBackend.Create(1);
        using var fused = PlannedNetwork.Create(backend, TestNetworks.Separable, 2, training: true, fuse: true);
        Assert.Equal(
            ["DepthwiseConv2D 3x2 + bias + ReLU", "DepthwiseConv2D 3x3 + ReLU", "DepthwiseConv2D 1x3"],
            fused.Plan.Steps.Select(step => step.Node.Description).Where(description => description.StartsWith("Depthwise", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_plan_says_what_was_fused()
    {
        using IBackend<float> backend = CpuBackend.Create(1);
        using var fused = PlannedNetwork.Create(backend, TestNetworks.Seed, 2, training: true, fuse: true);
        using var unfused = PlannedNetwork.Create(backend, TestNetworks.Seed, 2, training: true, fuse: false);
        Assert.True(fused.Plan.Steps.Count < unfused.Plan.Steps.Count);
        Assert.Contains("bias + ReLU", fused.Plan.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("bias + ReLU", unfused.Plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_takes_the_place_of_what_came_out_of_a_relu()
    {
        using IBackend<float> backend = CpuBackend.Create(1);
        using var fused = PlannedNetwork.Create(backend, TestNetworks.Seed, 2, training: true, fuse: true);
        using var unfused = PlannedNetwork.Create(backend, TestNetworks.Seed, 2, training: true, fuse: false);
        Value pooled = Assert.Single(fused.Plan.Steps.Select(step => step.Node.Output), fused.Plan.IsReplaced);
        Assert.Same(fused.Plan.Steps[0].Node.Output, pooled);
        Assert.Equal(fused.Plan[pooled], fused.Plan.GradientOf(pooled));
        Assert.DoesNotContain(unfused.Plan.Steps, step => unfused.Plan.IsReplaced(step.Node.Output));
    }

    /// <summary>
    /// The two plans may sum in other orders, so a gradient may differ by rounding: each was measured against PyTorch to within
    /// 1e-5 of its largest element, and here the two are asked to be that close to each other.
    /// </summary>
    private static void Compare(IBackend<float> backend, Layer[] layers, int items)
    {
        using PlannedNetwork fused = Run(backend, layers, items, fuse: true);
        using PlannedNetwork unfused = Run(backend, layers, items, fuse: false);
        Agreement.Within("losses", TestValues.Widen(unfused.Losses(items)), 2e-6, fused.Losses(items));
        Agreement.Within("probabilities", TestValues.Widen(unfused.Probabilities(items)), 2e-6, fused.Probabilities(items));
        float[] expected = unfused.Gradients();
        Agreement.Within("gradients", TestValues.Widen(expected), 1e-5 * expected.Max(Math.Abs), fused.Gradients());
    }

    private static PlannedNetwork Run(IBackend<float> backend, Layer[] layers, int items, bool fuse)
    {
        var network = PlannedNetwork.Create(backend, layers, capacity: items + 1, training: true, fuse);
        network.UploadBatch(items);
        network.Plan.Forward(PlannedNetwork.RunOf(items));
        network.Plan.Backward(PlannedNetwork.RunOf(items));
        return network;
    }
}
