using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <summary>What it means that a backend makes of the digit network what PyTorch does: the tolerances are those that PyTorch's own float arithmetic meets.</summary>
internal static class SeedNetworkAgreement
{
    private static readonly GoldenCase Golden = SeedNetwork.Case;

    private static readonly Lazy<SeedNetworkRun<double>> DoubleRun = new(() =>
    {
        using var backend = new ReferenceBackend<double>();
        return SeedNetworkRun<double>.Of(backend, fuse: false);
    });

    /// <summary>The textbook loops in double, which the golden values are compared with where they are stored whole: some seconds, once.</summary>
    public static SeedNetworkRun<double> Truth => DoubleRun.Value;

    /// <summary>Runs the network on a backend and compares everything on the way.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="fuse">Whether its fused ops are asked for.</param>
    /// <param name="slack">What the tolerances are multiplied by.</param>
    public static void Check(IBackend<float> backend, bool fuse, double slack = 1)
    {
        SeedNetworkRun<float> run = SeedNetworkRun<float>.Of(backend, fuse);
        Near("logits", Golden.Truth("logits"), run.Logits, slack * 5e-6);
        Near("probabilities", Golden.Truth("probs"), run.Probabilities, slack * 5e-6);
        Near("conv1", fuse && backend is IFusedConvBlock ? [] : Truth.Conv1, run.Conv1, slack * 5e-6);
        Near("pool", Truth.Pool, run.Pool, slack * 5e-6);
        Near("dense1", Golden.Truth("dense1"), run.Dense1, slack * 5e-6);
        Near("loss", Golden.Truth("loss"), [run.Losses[0]], slack * 2e-6);
        Near("losses", Golden.Truth("losses_keras"), run.Losses, slack * 3e-6);
        Near("logits after 5 steps", Golden.Truth("logits_after5_keras"), run.LogitsAfter, slack * 5e-5);
        for (int i = 0; i < SeedNetwork.Names.Count; i++)
        {
            Near("g_" + SeedNetwork.Names[i], Truth.Gradients[i], run.Gradients[i], slack * 1e-5 * Largest(Truth.Gradients[i]));
            Near("after5_" + SeedNetwork.Names[i], Truth.After[i], run.After[i], slack * 1e-5);
            int strays = Truth.After[i].Zip(run.After[i]).Count(pair => !(Math.Abs(pair.First - pair.Second) <= slack * 3e-7));
            Assert.True(strays <= 0.001 * Truth.After[i].Length, $"{strays} of after5_{SeedNetwork.Names[i]} are further off than 3e-7.");
        }
    }

    /// <summary>Within a tolerance that is the same for every element.</summary>
    public static void Near(string what, double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Agreement.Within(what, i, expected[i], tolerance, actual[i]);
        }
    }

    /// <summary>The largest magnitude.</summary>
    public static double Largest(double[] values) => values.Max(Math.Abs);
}
