using NeuralCore.Ops;
using NeuralCore.Randomness;
using NeuralCore.Tests.Training;
using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>The first values of parameters.</summary>
public sealed class InitializerTests
{
    [Theory]
    [InlineData(9, 288)]
    [InlineData(288, 576)]
    [InlineData(9216, 256)]
    [InlineData(1, 1)]
    public void Glorot_uniform_fills_its_interval_evenly(long fanIn, long fanOut)
    {
        float[] values = new float[100_000];
        Initializer.GlorotUniform(fanIn, fanOut).Fill(values, new RandomStream(1, RandomPurpose.Initialisation));
        double limit = Math.Sqrt(6.0 / (fanIn + fanOut));
        double mean = values.Average(v => (double)v);
        double variance = values.Average(v => (double)v * v);

        // Five standard errors: a uniform variable has variance limit^2 / 3, and its square variance 4 limit^4 / 45.
        Assert.InRange(mean, -5 * limit / Math.Sqrt(3.0 * values.Length), 5 * limit / Math.Sqrt(3.0 * values.Length));
        Assert.Equal(limit * limit / 3, variance, 5 * limit * limit * Math.Sqrt(4.0 / 45 / values.Length));
        Assert.All(values, value => Assert.InRange(value, -limit, limit * (1 + 1e-7)));
        Assert.InRange(values.Max(), 0.999 * limit, limit * (1 + 1e-7));
        Assert.InRange(values.Min(), -limit * (1 + 1e-7), -0.999 * limit);
    }

    [Fact]
    public void A_compiled_network_begins_with_Glorot_kernels_and_zero_biases()
    {
        using var model = new Sequential(TestNetworks.Seed);
        model.Compile(backend: CpuBackend.Create(1), seed: 5);
        double[] limits = [Math.Sqrt(6.0 / (9 + 288)), Math.Sqrt(6.0 / (288 + 576)), Math.Sqrt(6.0 / (9216 + 256)), Math.Sqrt(6.0 / (256 + 10))];
        for (int layer = 0; layer < 4; layer++)
        {
            float[] kernel = model.Parameters[2 * layer].Read();
            Assert.InRange(kernel.Max(Math.Abs), 0.95 * limits[layer], limits[layer] * (1 + 1e-7));
            Assert.All(model.Parameters[(2 * layer) + 1].Read(), bias => Assert.Equal(0, bias));
        }
    }

    [Fact]
    public void Every_parameter_has_numbers_of_its_own()
    {
        using var model = new Sequential(
            new Input(new NeuralCore.Shape(20)), new Dense(20), new Dense(20), new Dense(20, Activation.Softmax));
        model.Compile(backend: CpuBackend.Create(1));
        float[][] kernels = [.. model.Parameters.Where(p => p.Shape.Rank == 2).Select(p => p.Read())];
        Assert.Equal(3, kernels.Length);
        Assert.Equal(3 * 400, kernels.SelectMany(values => values).Distinct().Count(), 5.0);
    }
}
