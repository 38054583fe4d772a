using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>A step of stochastic gradient descent, to be run; <see cref="SgdStep"/> states it.</summary>
internal sealed class SgdRule : UpdateRule
{
    /// <summary>The step's numbers.</summary>
    public SgdStep Step { get; set; }

    internal override int StateCount => Step.Momentum > 0 ? 1 : 0;

    internal override string Name => "SGD";

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state) =>
        SgdReference.Update(Step, values, gradients, state[0]);

    internal override void WithOwn<TSimd, TVec, TUser>(ref TUser user)
    {
        if (StateCount == 0)
        {
            user.Use(new SgdFormula<TSimd, TVec>(Step));
        }
        else
        {
            user.Use(new MomentumFormula<TSimd, TVec>(Step));
        }
    }
}

/// <summary>Descent without momentum at one vector width.</summary>
internal readonly struct SgdFormula<TSimd, TVec>(in SgdStep step) : IUpdateFormula<TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    private readonly TVec _minusRate = TSimd.Create((float)-step.LearningRate);

    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref TVec value, TVec gradient, ref TVec first, ref TVec second, ref TVec third) =>
        value = TSimd.MultiplyAdd(_minusRate, gradient, value);
}

/// <summary>
/// Descent with momentum at one vector width. Both forms add a part of v and a part of the gradient: all of v and nothing of the gradient, or what
/// Nesterov's says.
/// </summary>
internal readonly struct MomentumFormula<TSimd, TVec>(in SgdStep step) : IUpdateFormula<TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    private readonly TVec _momentum = TSimd.Create((float)step.Momentum);
    private readonly TVec _minusRate = TSimd.Create((float)-step.LearningRate);
    private readonly TVec _partOfVelocity = TSimd.Create(step.IsNesterov ? (float)step.Momentum : 1);
    private readonly TVec _partOfGradient = TSimd.Create(step.IsNesterov ? (float)-step.LearningRate : 0);

    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref TVec value, TVec gradient, ref TVec velocity, ref TVec second, ref TVec third)
    {
        velocity = TSimd.ZeroWhereSubnormal(TSimd.MultiplyAdd(_momentum, velocity, TSimd.Multiply(_minusRate, gradient)));
        value = TSimd.MultiplyAdd(_partOfGradient, gradient, TSimd.MultiplyAdd(_partOfVelocity, velocity, value));
    }
}
