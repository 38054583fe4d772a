using Xunit;

namespace NeuralCore.Tests.Golden;

/// <summary>Learning rates of fifty steps as PyTorch and Keras have them.</summary>
public sealed class ScheduleGoldenTests
{
    public static TheoryData<string> Schedules => [.. GoldenCase.Names("schedule-")];

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Every_rate_is_theirs(string name)
    {
        (Schedule schedule, double rate) = name switch
        {
            "schedule-cosine" => (new CosineDecay(alpha: 0.01), 0.01),
            "schedule-one-cycle" => (new OneCycle(), 0.01),
            "schedule-keras-cosine-warmup" => (new Warmup(10, new CosineDecay(alpha: 0.1, decaySteps: 40), from: 0.1), 0.01),
            "schedule-keras-piecewise" => ((Schedule)new PiecewiseConstantDecay([10, 30], [0.01, 0.005, 0.001]), 0.01),
            _ => throw new ArgumentException(name),
        };
        double[] expected = GoldenCase.Open(name).Truth("lr");

        // PyTorch computes in double. Keras's rates are float32: its cosine, the sum and two products round by half a unit in the last place of numbers up to 1, and the peak scales that.
        bool isKeras = name.Contains("keras", StringComparison.Ordinal);
        for (int step = 0; step < expected.Length; step++)
        {
            Assert.Equal(expected[step], schedule.Rate(rate, step, expected.Length), isKeras ? 4 * rate * Math.ScaleB(1, -24) : 1e-14 * rate);
        }
    }
}
