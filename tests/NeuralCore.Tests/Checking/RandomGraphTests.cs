using FsCheck.Fluent;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Checking;

/// <summary>Random graphs: their gradients are right, and they are the same numbers however a graph is run. A thousand of each at a scale of 20.</summary>
public sealed class RandomGraphTests
{
    private const int Cases = 50;

    [Fact]
    public void Gradients_are_those_of_central_differences() => TestScale.ForAll(Cases, RandomGraph.Any, test =>
    {
        BuiltGraph graph = test.Build();
        GradientReport report = GradientCheck.Run(
            graph.Inputs, graph.Outputs, test.Items, (ulong)test.Seed, new GradientCheckOptions { MostElements = 8, Fuse = test.Seed % 2 == 0 });
        Assert.True(report.Passed, report.ToString());
    });

    [Fact]
    public void Textbook_loops_give_the_same_bits_fused_and_unfused_and_one_by_one() => TestScale.ForAll(Cases, RandomGraph.Any, test =>
    {
        using var backend = new ReferenceBackend<float>();
        GraphRun unfused = GraphRun.Planned(test.Build(), test.Items, backend, fuse: false);
        unfused.RequireSameBits("fused", GraphRun.Planned(test.Build(), test.Items, backend, fuse: true));
        unfused.RequireSameBits("eager", GraphRun.Eager(test.Build(), test.Items, new ReferenceBackend<float>()));
    });

    [Fact]
    public void Kernels_give_the_same_bits_fused_and_unfused_and_one_by_one() => TestScale.ForAll(Cases, RandomGraph.Any, test =>
    {
        using IBackend<float> backend = CpuBackend.Create(1);
        GraphRun unfused = GraphRun.Planned(test.Build(), test.Items, backend, fuse: false);
        unfused.RequireSameBits("fused", GraphRun.Planned(test.Build(), test.Items, backend, fuse: true));
        unfused.RequireSameBits("eager", GraphRun.Eager(test.Build(), test.Items, CpuBackend.Create(2)));
    });

    /// <summary>Joined with its pooling a convolution of whole vectors sums its gradients in another order: decisions/fusion.md says why, and where the tolerance comes from.</summary>
    [Fact]
    public void Convolutions_of_whole_vectors_give_the_same_with_their_pooling_and_without_but_for_rounding()
    {
        using IBackend<float> backend = CpuBackend.Create(1);
        GraphRun unfused = GraphRun.Planned(Pooled(), 4, backend, fuse: false);
        unfused.RequireSameBits("eager", GraphRun.Eager(Pooled(), 4, CpuBackend.Create(2)));
        unfused.RequireWithin("fused", 1e-5, GraphRun.Planned(Pooled(), 4, backend, fuse: true));

        static BuiltGraph Pooled()
        {
            var graph = new BuiltGraph(new Shape(20, 18, 3), inputs: 1);
            foreach (Layer layer in (Layer[])[new Conv2D(32, 3, activation: Activation.Relu), new Conv2D(64, 3, activation: Activation.Relu), new MaxPooling2D(2), new Flatten(), new Dense(10)])
            {
                graph.Apply(layer, graph.Values.Count - 1);
            }

            return graph;
        }
    }

    /// <summary>What the tests above stand on: without it they might try a chain of dense layers a thousand times.</summary>
    [Fact]
    public void There_are_graphs_of_all_kinds()
    {
        BuiltGraph[] graphs = [.. RandomGraph.Any.Generator.Sample(400).Select(test => test.Build())];
        Assert.True(graphs.Count(graph => graph.Calls.Count == RandomGraph.MostSteps) > 100);
        Assert.All(graphs, graph => Assert.InRange(graph.Calls.Count, 1, RandomGraph.MostSteps));
        Often(graph => graph.Outputs.Count > 1);
        Often(graph => graph.Inputs.Count > 1);
        Often(graph => graph.Calls.Select(call => call.Layer).Distinct().Count() < graph.Calls.Count);
        Often(graph => graph.Calls.SelectMany(call => call.Reads).GroupBy(read => read).Any(readers => readers.Count() > 2));
        Often(graph => graph.Calls.Any(call => call.Layer is NeuralCore.Add && call.Reads[0] == call.Reads[1]));
        Often(graph => graph.Calls.Any(call => call.Layer is NeuralCore.Add && call.Reads[0] != call.Reads[1]));
        foreach (string kind in (string[])[
            "concatenate", "batch_normalization", "layer_normalization", "re_lu", "activation", "dropout", "dense", "conv2d", "depthwise_conv2d", "max_pooling2d",
            "average_pooling2d", "global_average_pooling2d", "global_max_pooling2d", "zero_padding2d", "flatten"])
        {
            Assert.True(graphs.Count(graph => graph.Calls.Any(call => call.Layer.Kind == kind)) > 20, kind);
        }

        void Often(Func<BuiltGraph, bool> holds) => Assert.InRange(graphs.Count(holds), 20, 390);
    }
}
