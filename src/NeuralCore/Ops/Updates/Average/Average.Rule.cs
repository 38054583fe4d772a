using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>
/// One step of an exponential moving average, average = decay * average + (1 - decay) * value, written as average + (1 - decay) * (value - average) so that it
/// stays where it is the value: run like an optimiser's, with averages in the place of weights, and weights in that of gradients.
/// </summary>
internal sealed class AverageRule : UpdateRule
{
    /// <summary>How much of the average stays, in [0, 1).</summary>
    public double Decay { get; set; }

    internal override int StateCount => 0;

    internal override string Name => "average";

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state)
    {
        T rest = T.CreateChecked(1 - Decay);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] += rest * (gradients[i] - values[i]);
        }
    }

    internal override void WithOwn<TSimd, TVec, TUser>(ref TUser user) => user.Use(new AverageFormula<TSimd, TVec>(Decay));
}

/// <summary>The average's formula at one vector width.</summary>
internal readonly struct AverageFormula<TSimd, TVec>(double decay) : IUpdateFormula<TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    private readonly TVec _rest = TSimd.Create((float)(1 - decay));

    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref TVec value, TVec gradient, ref TVec first, ref TVec second, ref TVec third) =>
        value = TSimd.MultiplyAdd(_rest, TSimd.Subtract(gradient, value), value);
}

/// <summary>Exchanges numbers with others, run like an optimiser's step with those in the place of what it keeps.</summary>
internal sealed class ExchangeRule : UpdateRule
{
    internal override int StateCount => 1;

    internal override string Name => "exchange";

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state)
    {
        for (int i = 0; i < values.Length; i++)
        {
            (values[i], state[0][i]) = (state[0][i], values[i]);
        }
    }

    internal override void WithOwn<TSimd, TVec, TUser>(ref TUser user) => user.Use(default(ExchangeFormula<TVec>));
}

/// <summary>The exchange at one vector width.</summary>
internal readonly struct ExchangeFormula<TVec> : IUpdateFormula<TVec>
    where TVec : unmanaged
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref TVec value, TVec gradient, ref TVec first, ref TVec second, ref TVec third) => (value, first) = (first, value);
}
