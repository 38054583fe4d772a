using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>
/// Makes the first values of a weight. One of one's own overrides <see cref="Fill"/>; the others are those of Keras, with its formulas.
/// </summary>
/// <remarks>
/// Where a formula asks how many inputs an output sums over (fan-in), and how many outputs an input reaches (fan-out), the weight's shape says
/// so: its last two axes times the area of those before, as in Keras. That is exact for dense layers and convolutions; of a depthwise
/// kernel it is Keras's habit.
/// </remarks>
public abstract class Initializer
{
    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = Constant(0);

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = Constant(1);

    /// <summary>Uniform in [-limit, limit) with limit = sqrt(6 / (fanIn + fanOut)): Glorot and Bengio 2010, equation 16.</summary>
    public static Initializer GlorotUniform { get; } = new Uniform((fanIn, fanOut) => 6.0 / (fanIn + fanOut));

    /// <summary>Normal with variance 2 / (fanIn + fanOut), cut off at two standard deviations: Glorot and Bengio 2010, equation 12.</summary>
    public static Initializer GlorotNormal { get; } = new CutNormal((fanIn, fanOut) => 2.0 / (fanIn + fanOut));

    /// <summary>Uniform in [-limit, limit) with limit = sqrt(6 / fanIn), for what goes into a ReLU: He et al. 2015, equation 10.</summary>
    public static Initializer HeUniform { get; } = new Uniform((fanIn, _) => 6.0 / fanIn);

    /// <summary>Normal with variance 2 / fanIn, cut off at two standard deviations, for what goes into a ReLU: He et al. 2015, equation 10.</summary>
    public static Initializer HeNormal { get; } = new CutNormal((fanIn, _) => 2.0 / fanIn);

    /// <summary>The same number everywhere.</summary>
    /// <param name="value">The number.</param>
    public static Initializer Constant(float value) => new ConstantInitializer(value);

    /// <summary>Normal.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation, not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or the standard deviation is negative.</exception>
    public static Initializer Normal(double mean = 0, double standardDeviation = 0.05)
    {
        if (!double.IsFinite(mean))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean of first values is a finite number.");
        }

        return double.IsFinite(standardDeviation) && standardDeviation >= 0
            ? new NormalInitializer(mean, standardDeviation)
            : throw new ArgumentOutOfRangeException(nameof(standardDeviation), standardDeviation, "The standard deviation of first values is finite and not negative.");
    }

    /// <summary>
    /// For the kernel of a convolution: as many filters as there are input channels begin by passing a channel on each, with a one in the middle of
    /// the kernel and zeros elsewhere; further filters are drawn. So a deep stack of convolutions begins as a shallow one
    /// (Zagoruyko and Komodakis, "DiracNets", 2017; PyTorch's dirac_).
    /// </summary>
    /// <param name="others">Draws the further filters; their fans are those of the whole kernel.</param>
    public static Initializer Dirac(Initializer others) => new DiracInitializer(others);

    /// <summary>Fills a weight.</summary>
    /// <param name="values">Receives every value, row-major.</param>
    /// <param name="shape">The weight's shape.</param>
    /// <param name="random">A stream of this weight's own.</param>
    public abstract void Fill(Span<float> values, Shape shape, RandomStream random);

    /// <summary>The inputs that one output sums over and the outputs that one input reaches, of a weight of this shape.</summary>
    protected static (long In, long Out) Fans(Shape shape)
    {
        if (shape.Rank < 2)
        {
            return (shape.Count, shape.Count);
        }

        (int inputs, int outputs) = (shape[shape.Rank - 2], shape[shape.Rank - 1]);
        return (shape.Count / outputs, shape.Count / inputs);
    }

    private sealed class ConstantInitializer(float value) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random) => values.Fill(value);
    }

    private sealed class NormalInitializer(double mean, double standardDeviation) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            foreach (ref float value in values)
            {
                value = (float)(mean + (standardDeviation * random.NextNormal()));
            }
        }
    }

    private sealed class DiracInitializer(Initializer others) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            if (shape.Rank != 4)
            {
                throw new ArgumentException($"Dirac's first values are for kernels of height x width x channels x filters; this weight has the shape {shape}.");
            }

            others.Fill(values, shape, random);
            (int channels, int filters) = (shape[2], shape[3]);
            int middle = (shape[0] / 2 * shape[1]) + (shape[1] / 2);
            for (int i = 0; i < values.Length; i++)
            {
                (int channel, int filter) = (i / filters % channels, i % filters);
                if (filter < channels)
                {
                    values[i] = filter == channel && i / (channels * filters) == middle ? 1 : 0;
                }
            }
        }
    }

    /// <summary>Uniform about zero up to a limit whose square follows from the fans.</summary>
    private sealed class Uniform(Func<long, long, double> squaredLimit) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            (long fanIn, long fanOut) = Fans(shape);
            double limit = Math.Sqrt(squaredLimit(fanIn, fanOut));
            foreach (ref float value in values)
            {
                value = (float)(((2 * random.NextDouble()) - 1) * limit);
            }
        }
    }

    /// <summary>Normal about zero, drawn again beyond two standard deviations, with a variance that follows from the fans.</summary>
    private sealed class CutNormal(Func<long, long, double> variance) : Initializer
    {
        /// <summary>The standard deviation of a standard normal variable cut off at 2: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)).</summary>
        private const double CutDeviation = 0.87962566103423978;

        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            (long fanIn, long fanOut) = Fans(shape);
            double scale = Math.Sqrt(variance(fanIn, fanOut)) / CutDeviation;
            foreach (ref float value in values)
            {
                double normal = random.NextNormal();
                while (Math.Abs(normal) > 2)
                {
                    normal = random.NextNormal();
                }

                value = (float)(normal * scale);
            }
        }
    }
}
