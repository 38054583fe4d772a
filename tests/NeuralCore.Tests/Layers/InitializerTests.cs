using NeuralCore.Ops;
using NeuralCore.Randomness;
using NeuralCore.Tests.Training;
using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>The first values of parameters.</summary>
public sealed class InitializerTests
{
    [Theory]
    [InlineData(false, 9, 288, 3, 3, 1, 32)]
    [InlineData(false, 288, 576, 3, 3, 32, 64)]
    [InlineData(false, 9216, 256, 9216, 256)]
    [InlineData(false, 1, 1, 1)]
    [InlineData(true, 30, 20, 5, 1, 6, 4)]
    [InlineData(true, 784, 10, 784, 10)]
    public void Uniform_values_fill_their_interval_evenly(bool isHe, long fanIn, long fanOut, params int[] shape)
    {
        float[] values = new float[100_000];
        (isHe ? Initializer.HeUniform : Initializer.GlorotUniform).Fill(values, new NeuralCore.Shape(shape), Stream());
        double limit = Math.Sqrt(6.0 / (isHe ? fanIn : fanIn + fanOut));
        double mean = values.Average(v => (double)v);
        double variance = values.Average(v => (double)v * v);

        // Five standard errors: a uniform variable has variance limit^2 / 3, and its square variance 4 limit^4 / 45.
        Assert.InRange(mean, -5 * limit / Math.Sqrt(3.0 * values.Length), 5 * limit / Math.Sqrt(3.0 * values.Length));
        Assert.Equal(limit * limit / 3, variance, 5 * limit * limit * Math.Sqrt(4.0 / 45 / values.Length));
        Assert.All(values, value => Assert.InRange(value, -limit, limit * (1 + 1e-7)));
        Assert.InRange(values.Max(), 0.999 * limit, limit * (1 + 1e-7));
        Assert.InRange(values.Min(), -limit * (1 + 1e-7), -0.999 * limit);
    }

    [Theory]
    [InlineData(false, 30, 20, 5, 1, 6, 4)]
    [InlineData(true, 30, 20, 5, 1, 6, 4)]
    [InlineData(true, 784, 10, 784, 10)]
    public void Normal_values_that_fans_say_are_cut_off_and_keep_their_variance(bool isHe, long fanIn, long fanOut, params int[] shape)
    {
        float[] values = new float[100_000];
        (isHe ? Initializer.HeNormal : Initializer.GlorotNormal).Fill(values, new NeuralCore.Shape(shape), Stream());
        double deviation = Math.Sqrt(2.0 / (isHe ? fanIn : fanIn + fanOut)), cut = 2 * deviation / 0.87962566103423978;
        Moments(values, 0, deviation);
        Assert.InRange(values.Max(Math.Abs), 0.99 * cut, cut * (1 + 1e-7));
    }

    [Fact]
    public void Normal_values_have_their_mean_and_deviation()
    {
        float[] values = new float[100_000];
        Initializer.Normal(3, 0.5).Fill(values, new NeuralCore.Shape(100_000), Stream());
        Moments(values, 3, 0.5);
        Assert.InRange(values.Count(value => Math.Abs(value - 3) < 0.5) / 100_000.0, 0.6752, 0.6902); // 0.6827, and five standard errors.
        Initializer.Normal(-1, 0).Fill(values, new NeuralCore.Shape(100_000), Stream());
        Assert.All(values, value => Assert.Equal(-1, value));
    }

    /// <summary>As many channels pass through unchanged as the filters can take, and every further filter is drawn.</summary>
    [Theory]
    [InlineData(3, 3, 4, 4)]
    [InlineData(3, 5, 3, 8)]
    [InlineData(1, 1, 6, 2)]
    public void Dirac_kernels_pass_channels_on(int height, int width, int channels, int filters)
    {
        using var model = new Sequential(
            new Input(new NeuralCore.Shape(7, 6, channels)),
            new Conv2D(filters, (height, width), padding: Padding.Same, kernelInitializer: Initializer.Dirac(Initializer.Constant(9))));
        model.Compile(backend: CpuBackend.Create(1), loss: new MeanSquaredError());
        Random random = new(height * filters);
        float[] x = [.. Enumerable.Range(0, 7 * 6 * channels).Select(_ => random.NextSingle())];
        float[] y = model.Predict(x);
        for (int pixel = 0; pixel < 7 * 6; pixel++)
        {
            Assert.Equal(x[(pixel * channels)..((pixel * channels) + Math.Min(channels, filters))], y[(pixel * filters)..((pixel * filters) + Math.Min(channels, filters))]);
        }

        float[] kernel = model.Parameters[0].Read();
        Assert.Equal(Math.Max(0, filters - channels) * height * width * channels, kernel.Count(value => value == 9));
    }

    [Fact]
    public void Dirac_is_for_kernels_of_convolutions() =>
        Assert.Contains("height x width", Assert.Throws<ArgumentException>(() => Initializer.Dirac(Initializer.Zeros).Fill(new float[4], new NeuralCore.Shape(2, 2), Stream())).Message);

    [Fact]
    public void Impossible_distributions_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Normal(0, double.PositiveInfinity));
    }

    [Fact]
    public void Layers_take_initializers_of_ones_own()
    {
        using var model = new Sequential(
            new Input(new NeuralCore.Shape(5, 5, 2)), new Conv2D(3, (2, 1), kernelInitializer: new Counting(), biasInitializer: Initializer.Constant(0.5f)), new Flatten(),
            new Dense(4, kernelInitializer: Initializer.HeNormal, biasInitializer: Initializer.Ones), new Dense(2, useBias: false));
        model.Compile(backend: CpuBackend.Create(1), loss: new SparseCategoricalCrossentropy(fromLogits: true));
        Assert.Equal(["conv2d/kernel", "conv2d/bias", "dense/kernel", "dense/bias", "dense_1/kernel"], model.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], model.Parameters[0].Read());
        Assert.Equal([0.5f, 0.5f, 0.5f], model.Parameters[1].Read());
        Assert.InRange(model.Parameters[2].Read().Max(Math.Abs), 1e-3, 2 * Math.Sqrt(2.0 / 60) / 0.8796);
        Assert.Equal([1, 1, 1, 1], model.Parameters[3].Read());
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

    private static RandomStream Stream() => new(1, RandomPurpose.Initialisation);

    /// <summary>Mean and variance within five standard errors; that of the square of a normal variable, cut off or not, is at most sqrt(2).</summary>
    private static void Moments(float[] values, double mean, double deviation)
    {
        double error = 5 / Math.Sqrt(values.Length);
        Assert.Equal(mean, values.Average(value => (double)value), error * deviation);
        Assert.Equal(deviation * deviation, values.Average(value => (value - mean) * (value - mean)), error * Math.Sqrt(2) * deviation * deviation);
    }

    /// <summary>A user's own: the extents of the weight's shape, then numbers in order.</summary>
    private sealed class Counting : Initializer
    {
        public override void Fill(Span<float> values, NeuralCore.Shape shape, RandomStream random)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = i < shape.Rank ? shape[i] : i;
            }
        }
    }
}
