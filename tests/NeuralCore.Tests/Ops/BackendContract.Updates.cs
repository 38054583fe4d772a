using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>The steps of optimisers other than Adam, clipping, and moving averages.</content>
public abstract partial class BackendContract
{
    public static TheoryData<string, bool> Rules
    {
        get
        {
            var all = new TheoryData<string, bool>();
            foreach (string name in UpdateRuleCases.Names)
            {
                all.Add(name, false);
                all.Add(name, true);
            }

            return all;
        }
    }

    [SkippableTheory]
    [InlineData(0, false)]
    [InlineData(0.5, false)]
    [InlineData(0.5, true)]
    public void Descent_is_exact_where_arithmetic_is(double momentum, bool nesterov)
    {
        ForAll(30, ShapeCases.Flat, test =>
        {
            float[] p = TestValues.Integers(test.Count, test.Seed), g = TestValues.Integers(test.Count, test.Seed + 1), v = TestValues.Integers(test.Count, test.Seed + 2);
            var rule = new RegularizedRule(new SgdRule { Step = new SgdStep(0.25, momentum, nesterov) }) { Regularization = new Regularization(Clip: 3, L2: 0.5, Shrinkage: 0.125) };
            float[][] actual = Run(rule, p, g, [v]);
            rule.Reference(p, g, new StateSpans<float>(momentum > 0 ? v : []));
            Agreement.SameBits("p", p, actual[0]);
            if (momentum > 0)
            {
                Agreement.SameBits("v", v, actual[1]);
            }
        });
    }

    [SkippableTheory]
    [InlineData("sgd")]
    [InlineData("momentum")]
    [InlineData("nesterov")]
    public void Descent_is_within_the_rounding_of_its_operations(string name)
    {
        ForAll(30, ShapeCases.Flat, test =>
        {
            UpdateRule rule = UpdateRuleCases.Rule(name);
            float[] p = TestValues.Reals(test.Count, test.Seed), g = TestValues.Reals(test.Count, test.Seed + 1), v = TestValues.Reals(test.Count, test.Seed + 2);
            float[][] actual = Run(rule, p, g, [v]);
            double[] newP = TestValues.Widen(p), newV = TestValues.Widen(v);
            rule.Reference(newP, TestValues.Widen(g), new StateSpans<double>(name == "sgd" ? [] : newV));
            for (int i = 0; i < p.Length; i++)
            {
                // Each term is a rounded constant and a product, and there are at most three sums; Nesterov's takes v and the gradient once more.
                double terms = Math.Abs(p[i]) + (2 * 0.03 * Math.Abs(g[i])) + (2 * 0.9 * Math.Abs(v[i]));
                Agreement.Within("p", i, newP[i], Agreement.Gamma(6) * terms, actual[0][i]);
            }
        });
    }

    [SkippableTheory]
    [InlineData("rmsprop")]
    [InlineData("rmsprop-momentum")]
    [InlineData("rmsprop-centered")]
    [InlineData("rmsprop-both")]
    [InlineData("rmsprop-torch")]
    public void RMSprop_is_within_the_rounding_of_its_operations(string name)
    {
        RmsPropStep step = ((RmsPropRule)UpdateRuleCases.Rule(name)).Step;
        ForAll(30, ShapeCases.Flat, test =>
        {
            float[] p = TestValues.Reals(test.Count, test.Seed), g = TestValues.Reals(test.Count, test.Seed + 1), b = TestValues.Reals(test.Count, test.Seed + 2);
            float[] a = TestValues.Reals(test.Count, test.Seed + 3), v = [.. a.Select((mean, i) => (mean * mean) + MathF.Abs(g[i]))];
            float[][] state = [v, .. step.Momentum > 0 ? [b] : Array.Empty<float[]>(), .. step.IsCentered ? [a] : Array.Empty<float[]>()];
            float[][] actual = Run(new RmsPropRule { Step = step }, p, g, state);
            double[][] expected = [TestValues.Widen(p), .. state.Select(TestValues.Widen)];
            new RmsPropRule { Step = step }.Reference(expected[0], TestValues.Widen(g), new StateSpans<double>(expected[1], At(2), At(3)));
            for (int i = 0; i < p.Length; i++)
            {
                // A mean is two rounded constants, two or three products and a sum.
                double square = expected[1][i], squareError = Agreement.Gamma(5) * square;
                Agreement.Within("v", i, square, squareError + 1.2e-38, actual[1][i]);
                if (step.IsCentered)
                {
                    double mean = expected[^1][i], meanError = Agreement.Gamma(5) * ((step.Rho * Math.Abs(a[i])) + ((1 - step.Rho) * Math.Abs(g[i])));
                    Agreement.Within("a", i, mean, meanError + 1.2e-38, actual[^1][i]);
                    squareError += (meanError * ((2 * Math.Abs(mean)) + meanError)) + (Agreement.Gamma(3) * (square + (mean * mean)));
                    square = Math.Max(0, square - (mean * mean));
                }

                double Change(double of) => step.LearningRate * Math.Abs(g[i]) / (Math.Sqrt(Math.Max(0, of) + step.EpsilonInside) + step.EpsilonOutside);
                double change = Change(square), changeError = Math.Max(Change(square - squareError) - change, change - Change(square + squareError)) + (Agreement.Gamma(8) * change);
                double taken = change, error = changeError;
                if (step.Momentum > 0)
                {
                    taken = (step.Momentum * Math.Abs(b[i])) + change;
                    error += Agreement.Gamma(3) * taken;
                    Agreement.Within("b", i, expected[2][i], (1.001 * error) + 1.2e-38, actual[2][i]);
                }

                Agreement.Within("p", i, expected[0][i], (1.001 * error) + (Agreement.UnitRoundoff * (Math.Abs(p[i]) + taken)) + 1.2e-38, actual[0][i]);
            }

            double[] At(int index) => index < expected.Length ? expected[index] : [];
        });
    }

    [SkippableTheory]
    [MemberData(nameof(Rules))]
    public void A_weight_that_never_had_a_gradient_stays(string name, bool regularized)
    {
        UpdateRule rule = UpdateRuleCases.Rule(name);
        rule = regularized ? new RegularizedRule(rule) { Regularization = new Regularization(Clip: 1) } : rule;
        float[] p = TestValues.Reals(1000, 1);
        float[][] actual = Run(rule, p, new float[1000], [new float[1000], new float[1000], new float[1000]]);
        Agreement.SameBits("p", p, actual[0]);
        Assert.All(actual[1..(1 + rule.StateCount)], kept => Agreement.SameBits("state", new float[1000], kept));
    }

    [SkippableTheory]
    [MemberData(nameof(Rules))]
    public void A_gradient_that_is_not_a_number_shows_in_the_weight(string name, bool regularized)
    {
        float[] g = [1, float.NaN, 1];
        float[] p = Run(UpdateRuleCases.Rule(name, regularized), [1, 1, 1], g, [[1, 1, 1], [1, 1, 1], [1, 1, 1]])[0];
        Assert.Equal([true, false, true], p.Select(float.IsFinite));
    }

    [SkippableTheory]
    [MemberData(nameof(Rules))]
    public void A_dense_layer_takes_any_optimisers_step_like_the_ops_of_their_own(string name, bool regularized)
    {
        UpdateRule rule = UpdateRuleCases.Rule(name, regularized);
        Skip.If(((IFusedDenseUpdate)Backend).MostStates < rule.StateCount, "This backend takes that step apart.");
        ForAll(6, ShapeCases.DenseLayers, test =>
        {
            DenseShape shape = test.Shape;
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("input", TestValues.Reals(test.Items * shape.Inputs, test.Seed));
            var dOutput = new OutputGradient(memory.Input<float>("dy", TestValues.Reals(test.Items * shape.Units, test.Seed + 1)));
            float[][] w = [
                TestValues.Reals(shape.WeightCount, test.Seed + 2),
                .. Enumerable.Range(0, rule.StateCount).Select(i => Array.ConvertAll(TestValues.Reals(shape.WeightCount, test.Seed + 3 + i), MathF.Abs)),
            ];
            long scratch = Backend.ScratchBytes(shape, test.Items);

            Slot[] expected = Weights(), actual = Weights();
            Slot dWeights = memory.Output<float>("dWeights", shape.WeightCount);
            Slot dBias = memory.Output<float>("dBias", shape.Units), sameBias = memory.Output<float>("dBias", shape.Units);
            Backend.DenseBackwardWeights(shape, test.Items, input, dOutput, dWeights, dBias, memory.Scratch(scratch));
            Backend.Update(rule, shape.WeightCount, expected[0], dWeights, State(expected));
            Backend.DenseBackwardUpdate(
                shape, test.Items, input, dOutput, null, new DenseUpdate(rule, new WeightSlots(actual[0], null, State(actual)), sameBias), memory.Scratch(scratch));
            memory.Verify();
            Agreement.SameBits("dBias", memory.Read<float>(dBias, shape.Units), memory.Read<float>(sameBias, shape.Units));
            for (int i = 0; i < expected.Length; i++)
            {
                Agreement.SameBits($"w and state {i}", memory.Read<float>(expected[i], shape.WeightCount), memory.Read<float>(actual[i], shape.WeightCount));
            }

            Slot[] Weights() => [.. w.Select(values => memory.InPlace<float>("w", values))];
        });
    }

    [SkippableFact]
    public void An_average_is_within_rounding_and_an_exchange_is_exact()
    {
        ForAll(30, ShapeCases.Flat, test =>
        {
            var average = new AverageRule { Decay = 0.999 };
            float[] mean = TestValues.Reals(test.Count, test.Seed), value = TestValues.Reals(test.Count, test.Seed + 1);
            float[] actual = Run(average, mean, value, [])[0];
            double[] expected = TestValues.Widen(mean);
            average.Reference(expected, TestValues.Widen(value), default);
            double[] terms = [.. mean.Zip(value, (m, v) => (0.999 * Math.Abs(m)) + (0.001 * Math.Abs(v)))];
            Agreement.WithinRounding("average", expected, terms, 4, actual);

            float[][] exchanged = Run(new ExchangeRule(), mean, new float[test.Count], [value]);
            Agreement.SameBits("value", value, exchanged[0]);
            Agreement.SameBits("mean", mean, exchanged[1]);
        });
    }

    [SkippableFact]
    public void Clipping_by_the_norm_is_within_rounding_and_leaves_alone_what_is_below_it()
    {
        ForAll(30, ShapeCases.Flat, test =>
        {
            float[] values = TestValues.Reals(test.Count, test.Seed);
            double norm = Math.Sqrt(values.Sum(value => (double)value * value));
            Agreement.SameBits("below", values, Clipped(values, (norm * 1.01) + 0.1));
            if (norm > 0)
            {
                double[] expected = TestValues.Widen(values);
                ClipNormReference.Clip(norm / 3, expected);

                // The sum of squares errs by one rounding a term at most, its root by half of that; then a root, a quotient and a product.
                Agreement.WithinRounding("above", expected, Array.ConvertAll(expected, Math.Abs), (test.Count / 2) + 5, Clipped(values, norm / 3));
            }
        });
    }

    [SkippableFact]
    public void Clipping_by_the_norm_is_exact_where_arithmetic_is_and_keeps_what_is_not_a_number()
    {
        float[] values = new float[20_000];
        Array.Fill(values, 2, 0, 4096);
        Assert.Equal(1, Clipped(values, 64).Max());
        Agreement.SameBits("halves", Array.ConvertAll(values, value => value / 2), Clipped(values, 64));
        values[9000] = float.NaN;
        Assert.True(float.IsNaN(Clipped(values, 64)[9000]));
    }

    private static StateSlots State(Slot[] slots) => new(Kept(slots, 1), Kept(slots, 2), Kept(slots, 3));

    private static Slot? Kept(Slot[] slots, int index) => index < slots.Length ? slots[index] : null;

    private float[] Clipped(float[] values, double limit)
    {
        using var memory = new GuardedMemory<float>(Backend);
        Slot slot = memory.InPlace<float>("values", values);
        Backend.ClipNorm(values.Length, slot, limit, memory.Scratch(Backend.ClipNormScratchBytes(values.Length)));
        memory.Verify();
        return memory.Read<float>(slot, values.Length);
    }

    /// <summary>The weights after a step, and what is kept of them.</summary>
    private float[][] Run(UpdateRule rule, float[] p, float[] g, float[][] state)
    {
        using var memory = new GuardedMemory<float>(Backend);
        Slot gradients = memory.Input<float>("g", g);
        Slot[] slots = [memory.InPlace<float>("p", p), .. state.Take(rule.StateCount).Select(kept => memory.InPlace<float>("state", kept))];
        Backend.Update(rule, p.Length, slots[0], gradients, State(slots));
        memory.Verify();
        return [.. slots.Select(slot => memory.Read<float>(slot, p.Length))];
    }
}
