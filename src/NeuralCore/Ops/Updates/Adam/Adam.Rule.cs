using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>A step of Adam, to be run; <see cref="AdamStep"/> states it.</summary>
internal sealed class AdamRule : UpdateRule
{
    /// <summary>The step's numbers.</summary>
    public AdamStep Step { get; set; }

    /// <summary>The optimiser's name in a plan.</summary>
    public string PlanName { get; set; } = "Adam";

    internal override int StateCount => 2;

    internal override string Name => PlanName;

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state) =>
        AdamReference.Update(Step, values, gradients, state[0], state[1]);

    internal override void WithOwn<TSimd, TVec, TUser>(ref TUser user) => user.Use(new AdamFormula<TSimd, TVec>(Step));
}

/// <summary>Adam's formula at one vector width.</summary>
internal readonly struct AdamFormula<TSimd, TVec>(in AdamStep step) : IUpdateFormula<TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    private readonly TVec _beta1 = TSimd.Create((float)step.Beta1);
    private readonly TVec _oneMinusBeta1 = TSimd.Create((float)(1 - step.Beta1));
    private readonly TVec _beta2 = TSimd.Create((float)step.Beta2);
    private readonly TVec _oneMinusBeta2 = TSimd.Create((float)(1 - step.Beta2));
    private readonly TVec _epsilon = TSimd.Create((float)step.Epsilon);
    private readonly TVec _stepSize = TSimd.Create((float)step.StepSize);

    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref TVec value, TVec gradient, ref TVec m, ref TVec v, ref TVec third)
    {
        m = TSimd.ZeroWhereSubnormal(TSimd.MultiplyAdd(_beta1, m, TSimd.Multiply(_oneMinusBeta1, gradient)));
        v = TSimd.ZeroWhereSubnormal(TSimd.MultiplyAdd(_beta2, v, TSimd.Multiply(TSimd.Multiply(_oneMinusBeta2, gradient), gradient)));
        value = TSimd.Subtract(value, TSimd.Divide(TSimd.Multiply(_stepSize, m), TSimd.Add(TSimd.Sqrt(v), _epsilon)));
    }
}
