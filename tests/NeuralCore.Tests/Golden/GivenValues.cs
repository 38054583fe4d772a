using NeuralCore.Randomness;

namespace NeuralCore.Tests.Golden;

/// <summary>First values that are given, in the engine's layout.</summary>
internal sealed class GivenValues(float[] given) : Initializer
{
    public override void Fill(Span<float> values, Shape shape, RandomStream random) => given.CopyTo(values);
}
