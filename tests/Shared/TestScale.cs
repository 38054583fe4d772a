using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace NeuralCore.Tests;

/// <summary>
/// How many cases a property tries. The environment variable NEURALCORE_TEST_SCALE multiplies every count: 1 is the everyday
/// run, 20 a long one, 0.05 a glance.
/// </summary>
internal static class TestScale
{
    /// <summary>The name of the environment variable.</summary>
    public const string Variable = "NEURALCORE_TEST_SCALE";

    private static readonly double Factor = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The cases to try where an everyday run tries <paramref name="everyday"/>; at least one.</summary>
    public static int Cases(int everyday) => Math.Max(1, (int)Math.Round(everyday * Factor));

    /// <summary>Tries a property on random cases; a failure is shrunk and thrown, with the seed that replays it.</summary>
    public static void ForAll<TCase>(int everyday, Arbitrary<TCase> cases, Action<TCase> holds) =>
        Prop.ForAll(cases, holds).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases(everyday)));

    private static double Parse(string? text) => text is null
        ? 1
        : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
