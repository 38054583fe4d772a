using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>ReLU, dropout and Adam: one element at a time, so mostly to the bit.</content>
public abstract partial class BackendContract
{
    private const double SmallestNormal = 1.1754943508222875e-38;

    private static readonly float[] Peculiar =
    [
        0f, -0f, float.Epsilon, -float.Epsilon, 1e-40f, -1e-40f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1f, -1f,
    ];

    [SkippableFact]
    public void Relu_is_exact_also_in_place()
    {
        ForAll(100, ShapeCases.Flat, test =>
        {
            float[] input = WithPeculiarValues(TestValues.Reals(test.Count, test.Seed), test.Seed);
            float[] expected = new float[test.Count];
            ReluReference.Forward<float>(input, expected);

            using var memory = new GuardedMemory<float>(Backend);
            Slot source = memory.Input<float>("x", input, spare: 3);
            Slot output = memory.Output<float>("y", test.Count + 3);
            Slot inPlace = memory.InPlace<float>("x in place", input);
            Backend.ReluForward(test.Count, source, output);
            Backend.ReluForward(test.Count, inPlace, inPlace);
            memory.Verify();
            Agreement.SameBits("y", expected, memory.Read<float>(output, test.Count));
            Agreement.SameBits("y in place", expected, memory.Read<float>(inPlace, test.Count));
        });
    }

    [SkippableFact]
    public void Relu_backward_is_exact_also_in_place()
    {
        ForAll(100, ShapeCases.Flat, test =>
        {
            float[] y = WithPeculiarValues(TestValues.Reals(test.Count, test.Seed), test.Seed);
            ReluReference.Forward<float>(y, y);
            float[] dy = WithPeculiarValues(TestValues.Reals(test.Count, test.Seed + 1), test.Seed + 1);
            float[] expected = new float[test.Count];
            ReluReference.Backward<float>(y, dy, expected);

            using var memory = new GuardedMemory<float>(Backend);
            Slot output = memory.Input<float>("y", y, spare: 3);
            Slot dOutput = memory.Input<float>("dy", dy, spare: 3);
            Slot dInput = memory.Output<float>("dx", test.Count + 3);
            Slot inPlace = memory.InPlace<float>("dy in place", dy);
            Backend.ReluBackward(test.Count, output, dOutput, dInput);
            Backend.ReluBackward(test.Count, output, inPlace, inPlace);
            memory.Verify();
            Agreement.SameBits("dx", expected, memory.Read<float>(dInput, test.Count));
            Agreement.SameBits("dx in place", expected, memory.Read<float>(inPlace, test.Count));
        });
    }

    [SkippableFact]
    public void Dropout_draws_the_reference_mask_also_in_place()
    {
        double[] rates = [0, 0.1, 0.25, 0.5, 1.0 / 3, 0.9, 0.999999];
        ForAll(100, ShapeCases.Flat, test =>
        {
            var random = new Random(test.Seed);
            var mask = new DropoutMask(rates[random.Next(rates.Length)], (ulong)random.NextInt64(), (uint)random.NextInt64(), (uint)random.Next(5));
            float[] input = TestValues.Reals(test.Count, test.Seed);
            float[] expected = new float[test.Count];
            DropoutReference.Apply<float>(mask, input, expected);

            using var memory = new GuardedMemory<float>(Backend);
            Slot source = memory.Input<float>("x", input, spare: 3);
            Slot output = memory.Output<float>("y", test.Count + 3);
            Slot inPlace = memory.InPlace<float>("x in place", input);
            Backend.Dropout(mask, test.Count, source, output);
            Backend.Dropout(mask, test.Count, inPlace, inPlace);
            memory.Verify();
            Agreement.SameBits("y", expected, memory.Read<float>(output, test.Count));
            Agreement.SameBits("y in place", expected, memory.Read<float>(inPlace, test.Count));
        });
    }

    [SkippableFact]
    public void Adam_is_within_the_rounding_of_its_operations()
    {
        ForAll(60, ShapeCases.Flat, test =>
        {
            var random = new Random(test.Seed);
            var step = AdamStep.At(random.Next(1, 2000), Math.Pow(10, -random.Next(1, 5)));
            float scale = (float)Math.Pow(10, -random.Next(0, 12));
            float[] p = TestValues.Reals(test.Count, test.Seed);
            float[] g = Array.ConvertAll(TestValues.Reals(test.Count, test.Seed + 1), value => value * scale);
            float[] m = Array.ConvertAll(TestValues.Reals(test.Count, test.Seed + 2), value => value * scale);
            float[] v = Array.ConvertAll(TestValues.Reals(test.Count, test.Seed + 3), value => value * value * scale * scale);
            AdamAgrees(step, p, g, m, v);
        });
    }

    [SkippableFact]
    public void Adam_leaves_a_parameter_alone_that_never_had_a_gradient()
    {
        float[] p = TestValues.Reals(1000, 1);
        using var memory = new GuardedMemory<float>(Backend);
        Slot parameters = memory.InPlace<float>("p", p);
        Slot m = memory.InPlace<float>("m", new float[1000]);
        Slot v = memory.InPlace<float>("v", new float[1000]);
        Backend.Adam(AdamStep.At(1, 0.001), 1000, parameters, memory.Input<float>("g", new float[1000]), m, v);
        memory.Verify();
        Agreement.SameBits("p", p, memory.Read<float>(parameters, 1000));
        Agreement.SameBits("m", new float[1000], memory.Read<float>(m, 1000));
        Agreement.SameBits("v", new float[1000], memory.Read<float>(v, 1000));
    }

    [SkippableFact]
    public void Adam_sets_moments_to_zero_that_become_subnormal()
    {
        ForAll(20, ShapeCases.Flat, test =>
        {
            // From a quarter of the smallest normal number to four times that number, and g = 0: each moment is one product.
            var random = new Random(test.Seed);
            float[] m = Array.ConvertAll(
                TestValues.Reals(test.Count, test.Seed), sign => MathF.CopySign((float)(SmallestNormal * Math.Pow(2, (4 * random.NextDouble()) - 2)), sign));
            float[] v = Array.ConvertAll(m, MathF.Abs);
            float[] p = TestValues.Reals(test.Count, test.Seed + 1);
            float[] g = new float[test.Count];
            using var memory = new GuardedMemory<float>(Backend);
            Slot parameters = memory.InPlace<float>("p", p);
            Slot first = memory.InPlace<float>("m", m);
            Slot second = memory.InPlace<float>("v", v);
            Backend.Adam(AdamStep.At(1, 0.001), test.Count, parameters, memory.Input<float>("g", g), first, second);
            memory.Verify();

            AdamReference.Update<float>(AdamStep.At(1, 0.001), p, g, m, v);
            Agreement.SameBits("m", m, memory.Read<float>(first, test.Count));
            Agreement.SameBits("v", v, memory.Read<float>(second, test.Count));
            Assert.DoesNotContain(m, float.IsSubnormal);
            Assert.DoesNotContain(v, float.IsSubnormal);
        });
    }

    private void AdamAgrees(AdamStep step, float[] p, float[] g, float[] m, float[] v)
    {
        using var memory = new GuardedMemory<float>(Backend);
        Slot gradients = memory.Input<float>("g", g);
        Slot parameters = memory.InPlace<float>("p", p);
        Slot first = memory.InPlace<float>("m", m);
        Slot second = memory.InPlace<float>("v", v);
        Backend.Adam(step, p.Length, parameters, gradients, first, second);
        memory.Verify();

        (double[] newP, double[] newM, double[] newV) = (TestValues.Widen(p), TestValues.Widen(m), TestValues.Widen(v));
        AdamReference.Update<double>(step, newP, TestValues.Widen(g), newM, newV);
        float[] actualP = memory.Read<float>(parameters, p.Length);
        float[] actualM = memory.Read<float>(first, p.Length);
        float[] actualV = memory.Read<float>(second, p.Length);
        for (int i = 0; i < p.Length; i++)
        {
            // Each moment: two constants rounded, two products (three for g^2) and a sum, so at most 5 roundings of a term.
            double mTerms = (step.Beta1 * Math.Abs(m[i])) + ((1 - step.Beta1) * Math.Abs(g[i]));
            MomentAgrees("m", i, newM[i], (Agreement.Gamma(5) * mTerms) + 1e-44, actualM[i]);
            MomentAgrees("v", i, newV[i], (Agreement.Gamma(5) * newV[i]) + 1e-44, actualV[i]);

            // The update: half of v's 5 roundings through the root, the root, epsilon and the sum below; m's 5, the step size, a
            // product and a quotient above: 14. Then one rounding of the difference. Where v is subnormal its root errs by
            // 1.1e-19, which epsilon drowns.
            double update = step.StepSize * mTerms / (Math.Sqrt(newV[i]) + step.Epsilon);
            double lost = actualM[i] == 0 ? step.StepSize * Math.Abs(newM[i]) / (Math.Sqrt(newV[i]) + step.Epsilon) : 0;
            double tolerance = (Agreement.Gamma(14) * update) + (Agreement.UnitRoundoff * (Math.Abs(newP[i]) + update));
            Agreement.Within("p", i, newP[i], (1.001 * tolerance) + lost + 1e-44, actualP[i]);
        }
    }

    /// <summary>What is subnormal in single precision, and not in the double of the reference, has become zero.</summary>
    private static void MomentAgrees(string name, int i, double expected, double tolerance, float actual)
    {
        Assert.False(float.IsSubnormal(actual), $"{name}[{i}] is subnormal: {actual}");
        if (actual != 0 || Math.Abs(expected) > SmallestNormal + tolerance)
        {
            Agreement.Within(name, i, expected, tolerance, actual);
        }
    }

    private static float[] WithPeculiarValues(float[] values, int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < values.Length; i += random.Next(1, 6))
        {
            values[i] = Peculiar[random.Next(Peculiar.Length)];
        }

        return values;
    }
}
