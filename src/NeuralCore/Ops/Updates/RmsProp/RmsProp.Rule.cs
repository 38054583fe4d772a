using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>A step of RMSprop, to be run; <see cref="RmsPropStep"/> states it. Kept are v, then b where there is momentum, then a where it is centered.</summary>
internal sealed class RmsPropRule : UpdateRule
{
    /// <summary>The step's numbers.</summary>
    public RmsPropStep Step { get; set; }

    internal override int StateCount => 1 + (HasMomentum ? 1 : 0) + (Step.IsCentered ? 1 : 0);

    internal override string Name => "RMSprop";

    private bool HasMomentum => Step.Momentum > 0;

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state) => RmsPropReference.Update(
        Step, values, gradients, state[0], HasMomentum ? state[1] : default, Step.IsCentered ? state[HasMomentum ? 2 : 1] : default);

    internal override void WithOwn<TSimd, TVec, TUser>(ref TUser user)
    {
        switch (HasMomentum, Step.IsCentered)
        {
            case (false, false):
                user.Use(new RmsPropFormula<TSimd, TVec, No, No>(Step));
                break;
            case (true, false):
                user.Use(new RmsPropFormula<TSimd, TVec, Yes, No>(Step));
                break;
            case (false, true):
                user.Use(new RmsPropFormula<TSimd, TVec, No, Yes>(Step));
                break;
            default:
                user.Use(new RmsPropFormula<TSimd, TVec, Yes, Yes>(Step));
                break;
        }
    }
}

/// <summary>RMSprop's formula at one vector width, with what is not kept left out by the compiler.</summary>
internal readonly struct RmsPropFormula<TSimd, TVec, TMomentum, TCentered>(in RmsPropStep step) : IUpdateFormula<TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
    where TMomentum : unmanaged, IAnswer
    where TCentered : unmanaged, IAnswer
{
    private readonly TVec _rho = TSimd.Create((float)step.Rho);
    private readonly TVec _oneMinusRho = TSimd.Create((float)(1 - step.Rho));
    private readonly TVec _rate = TSimd.Create((float)step.LearningRate);
    private readonly TVec _momentum = TSimd.Create((float)step.Momentum);
    private readonly TVec _inside = TSimd.Create((float)step.EpsilonInside);
    private readonly TVec _outside = TSimd.Create((float)step.EpsilonOutside);

    public static int StateCount => 1 + (TMomentum.IsYes ? 1 : 0) + (TCentered.IsYes ? 1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref TVec value, TVec gradient, ref TVec first, ref TVec second, ref TVec third)
    {
        first = TSimd.ZeroWhereSubnormal(TSimd.MultiplyAdd(_rho, first, TSimd.Multiply(TSimd.Multiply(_oneMinusRho, gradient), gradient)));
        TVec square = first;
        if (TCentered.IsYes)
        {
            TVec mean = TSimd.MultiplyAdd(_rho, TMomentum.IsYes ? third : second, TSimd.Multiply(_oneMinusRho, gradient));
            mean = TSimd.ZeroWhereSubnormal(mean);
            square = TSimd.MultiplyAdd(TSimd.Subtract(TSimd.Zero, mean), mean, square);
            square = TSimd.ZeroWhereNotPositive(square, square);
            if (TMomentum.IsYes)
            {
                third = mean;
            }
            else
            {
                second = mean;
            }
        }

        TVec change = TSimd.Divide(TSimd.Multiply(_rate, gradient), TSimd.Add(TSimd.Sqrt(TSimd.Add(square, _inside)), _outside));
        if (TMomentum.IsYes)
        {
            change = second = TSimd.ZeroWhereSubnormal(TSimd.MultiplyAdd(_momentum, second, change));
        }

        value = TSimd.Subtract(value, change);
    }
}

/// <summary>Whether a formula has some part, as a type.</summary>
internal interface IAnswer
{
    /// <summary>Whether it has.</summary>
    static abstract bool IsYes { get; }
}

/// <summary>It has.</summary>
internal readonly struct Yes : IAnswer
{
    public static bool IsYes => true;
}

/// <summary>It has not.</summary>
internal readonly struct No : IAnswer
{
    public static bool IsYes => false;
}
