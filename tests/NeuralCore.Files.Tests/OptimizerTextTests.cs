using System.Reflection;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>An optimiser as a text.</summary>
public sealed class OptimizerTextTests
{
    /// <summary>Every public setting comes back, whichever there are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_settings_are_read_back(int seed)
    {
        var random = new Random(seed);
        double Rate() => random.NextDouble() + 1e-3;
        double? Limit() => random.Next(2) == 0 ? null : Rate();
        double Decay() => random.Next(2) * Rate();
        bool Flag() => random.Next(2) == 1;
        EpsilonRule Rule() => random.GetItems(Enum.GetValues<EpsilonRule>(), 1)[0];
        double momentum = 0.9 * random.NextDouble();
        Optimizer[] all =
        [
            new SGD(Rate(), momentum, Flag()) { WeightDecay = Decay(), L2 = Decay(), BiasRate = Rate(), ClipValue = Limit(), GlobalClipNorm = Limit(), DecaysAll = Flag() },
            new Adam(Rate(), 0.8, 0.99, Rate()) { WeightDecay = Decay(), L2 = Decay(), BiasRate = Rate(), ClipValue = Limit(), GlobalClipNorm = Limit(), DecaysAll = Flag(), EpsilonRule = Rule() },
            new AdamW(Rate(), Decay(), 0.8, 0.99, Rate()) { L2 = Decay(), BiasRate = Rate(), ClipValue = Limit(), GlobalClipNorm = Limit(), DecaysAll = Flag(), EpsilonRule = Rule() },
            new RMSprop(Rate(), 0.8, momentum, Rate(), Flag()) { WeightDecay = Decay(), L2 = Decay(), BiasRate = Rate(), ClipValue = Limit(), GlobalClipNorm = Limit(), DecaysAll = Flag(), EpsilonRule = Rule() },
        ];
        foreach (Optimizer optimizer in all)
        {
            Optimizer read = OptimizerText.Read(OptimizerText.Write(optimizer));
            Assert.Equal(optimizer.GetType(), read.GetType());
            foreach (PropertyInfo setting in optimizer.GetType().GetProperties().Where(setting => setting.Name != nameof(Optimizer.StateNames)))
            {
                Assert.Equal(setting.GetValue(optimizer), setting.GetValue(read));
            }
        }
    }
}
