using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>The sum of values: its gradient, and where plans put the gradients of its terms.</summary>
public sealed class AddTests
{
    /// <summary>Each is a network of sums and dense layers whose gradients share memory in another way.</summary>
    public static TheoryData<string, int> Networks => new()
    {
        { nameof(Two), 0 },
        { nameof(Three), 0 },
        { nameof(Twice), 1 },
        { nameof(TwiceAndAnother), 2 },
        { nameof(Residual), 0 },
        { nameof(BothReadLater), 1 },
        { nameof(SumOfSums), 0 },
        { nameof(ReadBetween), 1 },
    };

    /// <summary>A sum's gradients are right, and copied no more often than has to be.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradients_are_right_with_as_few_copies_as_can_be(string network, int copies)
    {
        GradientReport report = GradientCheck.Run(new Network(network), new Shape(5), batch: 2);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(copies, CopiesOf(network));
    }

    /// <summary>Whatever reads what, and in whatever order: what shares memory must not disturb what is still read.</summary>
    [Fact]
    public void Gradients_of_random_networks_of_sums_are_right()
    {
        TestScale.ForAll(60, ShapeCases.Rows, test =>
        {
            GradientReport report = GradientCheck.Run(new RandomNetwork(test.Seed, 3 + (test.Rows % 10)), new Shape(3), batch: 2);
            Assert.True(report.Passed, report.ToString());
        });
    }

    [Fact]
    public void A_sum_of_unequal_shapes_or_of_one_value_is_refused()
    {
        Value a = Value.Input(new Shape(8, 8, 4)), b = Value.Input(new Shape(8, 8, 8));
        Assert.Equal("The layer join can not be applied to 8x8x4 and 8x8x8: A sum takes values of equal shapes: bring them to one by a convolution of 1x1 or a dense layer.", Assert.Throws<ArgumentException>(() => new Add { Name = "join" }.Apply(a, b)).Message);
        Assert.Equal("The layer add can not be applied to 8x8x4: A sum takes at least two values.", Assert.Throws<ArgumentException>(() => new Add().Apply(a)).Message);
    }

    private static Value Two(Value x) => Sum(Dense(x), Dense(x));

    private static Value Three(Value x) => Sum(Dense(x), Dense(x), Dense(x));

    private static Value Twice(Value x)
    {
        Value a = Dense(x);
        return Sum(a, a);
    }

    /// <summary>What is handed to a and added to there is not what b may have: b's is a copy, and so is what is added.</summary>
    private static Value TwiceAndAnother(Value x)
    {
        Value a = Dense(x);
        return Sum(a, a, Dense(x));
    }

    /// <summary>The dense layer behind a runs backward, and adds to a's gradient, when b's has been read.</summary>
    private static Value Residual(Value x)
    {
        Value a = Dense(x);
        return Sum(a, Dense(Dense(a)));
    }

    /// <summary>Something is added to a's gradient before b's is read.</summary>
    private static Value BothReadLater(Value x)
    {
        Value b = Dense(x), a = Dense(x), behind = Dense(a);
        return Sum(Sum(a, b), behind);
    }

    private static Value SumOfSums(Value x) => Sum(Sum(Dense(x), Dense(x)), Sum(Dense(x), Dense(x)));

    private static Value ReadBetween(Value x)
    {
        Value a = Dense(x), b = Dense(x);
        Value sum = Sum(a, b);
        return Sum(Dense(b), sum);
    }

    private static Value Dense(Value x) => new Dense(5).Apply(x);

    private static Value Sum(params ReadOnlySpan<Value> terms) => new Add().Apply(terms);

    /// <summary>The gradients of terms that do not lie where that of the sum does.</summary>
    private static int CopiesOf(string network)
    {
        using var backend = new ReferenceBackend<float>();
        Value input = Value.Input(new Shape(5)), output = new Network(network).Apply(input);
        var description = new NetworkDescription([input], [output]);
        using var weights = new Network<float>(description, backend, FusionRules.All, states: 0, seed: 1);
        using Plan<float> plan = weights.MakePlan(new PlanRequest
        {
            Inputs = [input],
            Outputs = [output],
            Capacity = 2,
            Training = true,
            HasBackward = true,
            Seeds = [output],
        });
        return plan.Steps.Where(step => step.Node is AddNode)
            .Sum(step => step.Memory.InputGradients.Count(gradient => gradient is not null && gradient != step.Memory.OutputGradients[0]));
    }

    private sealed class Network(string name) : Layer
    {
        public override Value Build(Value input) => name switch
        {
            nameof(Two) => Two(input),
            nameof(Three) => Three(input),
            nameof(Twice) => Twice(input),
            nameof(TwiceAndAnother) => TwiceAndAnother(input),
            nameof(Residual) => Residual(input),
            nameof(BothReadLater) => BothReadLater(input),
            nameof(SumOfSums) => SumOfSums(input),
            _ => ReadBetween(input),
        };
    }

    /// <summary>Sums of two or three values at random, dense layers and activations, ended by a sum of a few.</summary>
    private sealed class RandomNetwork(int seed, int nodes) : Layer
    {
        public override Value Build(Value input)
        {
            var random = new Random(seed);
            List<Value> values = [Dense3(input)];
            for (int i = 0; i < nodes; i++)
            {
                values.Add(random.Next(5) switch
                {
                    0 => Dense3(Any()),
                    1 => new ActivationLayer(Activation.Tanh).Apply(Any()),
                    2 => Sum(Any(), Any(), Any()),
                    _ => Sum(Any(), Any()),
                });
            }

            return Sum(values[^1], Any(), input);

            Value Any() => values[random.Next(values.Count)];
        }

        private static Value Dense3(Value x) => new Dense(3).Apply(x);
    }
}
