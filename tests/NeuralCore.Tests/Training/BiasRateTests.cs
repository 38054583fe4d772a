using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>A learning rate of their own for biases, scales and offsets.</summary>
public sealed class BiasRateTests
{
    private const double Rate = 0.01, Multiple = 8;

    private static readonly LabelledImages Images = TestNetworks.Bars(12, 1);

    public static TheoryData<string, bool> Cases()
    {
        var cases = new TheoryData<string, bool>();
        foreach (string name in (string[])["sgd", "momentum", "adam", "adamw", "rmsprop", "loop"])
        {
            cases.Add(name, true);
            cases.Add(name, false);
        }

        return cases;
    }

    /// <summary>The first step of a weight depends on its own rate alone: kernels step as at the rate, and all else as in a training at the multiple of it.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_kind_of_weight_steps_at_its_own_rate(string name, bool fuse)
    {
        var both = Trained(Make(name, Rate, Multiple), fuse);
        var kernels = Trained(Make(name, Rate, 1), fuse);
        var biases = Trained(Make(name, Rate * Multiple, 1), fuse);
        Assert.Contains(both, weight => weight.Role == WeightRole.Undecayed);
        for (int i = 0; i < both.Count; i++)
        {
            (_, WeightRole role, float[] values) = both[i];
            Assert.Equal((role == WeightRole.Decayed ? kernels : biases)[i].Values, values);
            Assert.Equal(role == WeightRole.Undecayed, !values.SequenceEqual(kernels[i].Values));
        }
    }

    /// <summary>With decay for all, a bias shrinks at its own rate too.</summary>
    [Fact]
    public void Decay_follows_the_rate()
    {
        SGD With(double rate, double multiple) => new(rate) { WeightDecay = 0.1, DecaysAll = true, BiasRate = multiple };
        var both = Trained(With(Rate, Multiple), true);
        var biases = Trained(With(Rate * Multiple, 1), true);
        foreach ((var weight, var expected) in both.Zip(biases).Where(pair => pair.First.Role == WeightRole.Undecayed))
        {
            Assert.Equal(expected.Values, weight.Values);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_impossible_multiple_is_refused(double multiple) => Assert.Throws<ArgumentOutOfRangeException>(() => new Adam { BiasRate = multiple });

    private static List<(string Name, WeightRole Role, float[] Values)> Trained(Optimizer optimizer, bool fuse)
    {
        using var model = new Sequential([.. TestNetworks.Small[..^1], new Dense(3, Activation.Softmax, biasInitializer: Initializer.Constant(0.1f))]);
        model.Compile(optimizer, backend: CpuBackend.Create(2), fuse: fuse);
        model.Fit(Images, batchSize: 12, epochs: 1);
        return [.. model.Parameters.Select(parameter => (parameter.Name, parameter.Role, parameter.Read()))];
    }

    private static Optimizer Make(string name, double rate, double multiple) => name switch
    {
        "sgd" => new SGD(rate) { BiasRate = multiple },
        "momentum" => new SGD(rate, 0.9, nesterov: true) { BiasRate = multiple, WeightDecay = 0.1, ClipValue = 0.01 },
        "adam" => new Adam(rate) { BiasRate = multiple },
        "adamw" => new AdamW(rate) { BiasRate = multiple },
        "rmsprop" => new RMSprop(rate) { BiasRate = multiple },
        _ => new PlainDescent(rate) { BiasRate = multiple },
    };

    /// <summary>An optimiser that is a loop, as a user writes one.</summary>
    private sealed class PlainDescent(double learningRate) : Optimizer(learningRate)
    {
        public override IReadOnlyList<string> StateNames => [];

        public override void Update(long step, Span<float> values, ReadOnlySpan<float> gradients, StateSpans<float> state)
        {
            for (int i = 0; i < values.Length; i++)
            {
                values[i] -= (float)LearningRate * gradients[i];
            }
        }
    }
}
