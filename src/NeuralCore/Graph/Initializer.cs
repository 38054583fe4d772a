using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>Makes the first values of a parameter.</summary>
public abstract class Initializer
{
    /// <summary>All zeros.</summary>
    public static Initializer Zeros { get; } = new ZerosInitializer();

    /// <summary>All ones.</summary>
    public static Initializer Ones { get; } = new OnesInitializer();

    /// <summary>
    /// Uniform in [-limit, limit) with limit = sqrt(6 / (fanIn + fanOut)), Glorot and Bengio 2010, equation 16.
    /// </summary>
    /// <param name="fanIn">The inputs that one output sums over.</param>
    /// <param name="fanOut">The outputs that one input reaches.</param>
    public static Initializer GlorotUniform(long fanIn, long fanOut) => new GlorotUniformInitializer(fanIn, fanOut);

    /// <summary>Fills a parameter.</summary>
    /// <param name="values">Receives every value.</param>
    /// <param name="random">A stream of this parameter's own.</param>
    public abstract void Fill(Span<float> values, RandomStream random);

    private sealed class OnesInitializer : Initializer
    {
        public override void Fill(Span<float> values, RandomStream random) => values.Fill(1);
    }

    private sealed class ZerosInitializer : Initializer
    {
        public override void Fill(Span<float> values, RandomStream random) => values.Clear();
    }

    private sealed class GlorotUniformInitializer(long fanIn, long fanOut) : Initializer
    {
        public override void Fill(Span<float> values, RandomStream random)
        {
            double limit = Math.Sqrt(6.0 / (fanIn + fanOut));
            foreach (ref float value in values)
            {
                value = (float)(((2 * random.NextDouble()) - 1) * limit);
            }
        }
    }
}
