using System.Text.Json;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <content>Optimisers: forty steps with gradients whose scales differ by 10,000, by Keras's rules and by PyTorch's.</content>
public abstract partial class OpGoldenTests
{
    public static TheoryData<string> Optimizers => Cases("optimizer-");

    [SkippableTheory]
    [MemberData(nameof(Optimizers))]
    public void Optimizer(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        Optimizer optimizer = Described(name, golden.Attributes);
        (int steps, int count) = (golden.Shape("g")[0], golden.Shape("g")[1]);
        float[] g = golden.Input("g");
        double[] truth = golden.Truth("p");
        using var memory = new GuardedMemory<float>(Backend);
        Slot p = memory.InPlace<float>("p", golden.Input("p0")), average = memory.InPlace<float>("average", new float[count]);
        Slot[] state = [.. optimizer.StateNames.Select(kept => memory.InPlace<float>(kept, new float[count]))];
        Slot scratch = memory.Scratch(Backend.ClipNormScratchBytes(count));
        for (int step = 0; step < steps; step++)
        {
            Slot gradient = memory.InPlace<float>("g", g[(step * count)..((step + 1) * count)]);
            if (optimizer.GlobalClipNorm is { } limit)
            {
                Backend.ClipNorm(count, gradient, limit, scratch);
            }

            Backend.Update(optimizer.RulesAt(step + 1).Decayed, count, p, gradient, new StateSlots(Kept(0), Kept(1), Kept(2)));
            Backend.Update(new AverageRule { Decay = step == 0 ? 0 : Number(golden.Attributes, "ema_momentum") ?? 0 }, count, average, p, default);
            Near($"p after step {step + 1}", truth.AsSpan(step * count, count), memory.Read<float>(p, count));
        }

        if (golden.Has("p_averaged", "f64"))
        {
            Near("average", golden.Truth("p_averaged"), memory.Read<float>(average, count));
        }

        Slot? Kept(int index) => index < state.Length ? state[index] : null;

        static void Near(string what, ReadOnlySpan<double> expected, float[] actual)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                Agreement.Within(what, i, expected[i], 3e-6 * Math.Max(1, Math.Abs(expected[i])), actual[i]);
            }
        }
    }

    private static Optimizer Described(string name, JsonElement settings)
    {
        bool isTorch = name.StartsWith("optimizer-torch", StringComparison.Ordinal);
        EpsilonRule epsilonRule = isTorch ? EpsilonRule.PyTorch : EpsilonRule.Keras;
        double Setting(string key, double unsaid = 0) => Number(settings, key) ?? unsaid;
        bool IsSet(string key) => settings.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.True;
        (double rate, double epsilon) = (Setting("lr"), Setting("epsilon", 1e-7));
        double? norm = Number(settings, "global_clipnorm") ?? Number(settings, "clip_norm") ?? Number(settings, "clipnorm"), value = Number(settings, "clipvalue");
        string kind = name.Split('-')[2];
        return kind switch
        {
            "adam" => new Adam(rate, Setting("beta1", 0.9), Setting("beta2", 0.999), epsilon) { EpsilonRule = epsilonRule, GlobalClipNorm = norm, ClipValue = value },
            "adamw" => new AdamW(rate, Setting("weight_decay"), Setting("beta1", 0.9), Setting("beta2", 0.999), epsilon) { EpsilonRule = epsilonRule, GlobalClipNorm = norm, ClipValue = value },
            "rmsprop" => new RMSprop(rate, Setting("rho", 0.9), Setting("momentum"), epsilon, IsSet("centered")) { EpsilonRule = epsilonRule, GlobalClipNorm = norm, ClipValue = value },

            // What PyTorch's SGD calls a decay goes through the gradient.
            "sgd" => new SGD(rate, Setting("momentum"), IsSet("nesterov"))
            {
                GlobalClipNorm = norm,
                ClipValue = value,
                L2 = isTorch ? Setting("weight_decay") : 0,
                WeightDecay = isTorch ? 0 : Setting("weight_decay"),
            },
            _ => throw new ArgumentException(name),
        };
    }

    private static double? Number(JsonElement settings, string key) =>
        settings.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
