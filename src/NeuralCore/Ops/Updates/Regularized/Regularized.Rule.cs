using System.Runtime.CompilerServices;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>A step of another rule with a <see cref="NeuralCore.Regularization"/> before it.</summary>
internal sealed class RegularizedRule(UpdateRule rule) : UpdateRule
{
    private float[] _gradients = [];

    /// <summary>The step's numbers.</summary>
    public Regularization Regularization { get; set; }

    internal override int StateCount => rule.StateCount;

    internal override string Name => rule.Name;

    internal override bool IsLoop => rule.IsLoop;

    internal override void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state)
    {
        Span<T> regularized = Room<T>(values.Length);
        (T clip, T l2) = (T.CreateChecked(Regularization.Clip), T.CreateChecked(Regularization.L2));
        T shrinkage = T.CreateChecked(Regularization.Shrinkage);
        for (int i = 0; i < values.Length; i++)
        {
            regularized[i] = T.Clamp(gradients[i], -clip, clip) + (l2 * values[i]);
            values[i] -= shrinkage * values[i];
        }

        rule.Reference(values, regularized, state);
    }

    internal override void With<TSimd, TVec, TUser>(ref TUser user)
    {
        var regularizing = new User<TSimd, TVec, TUser>(user, Regularization);
        rule.WithOwn<TSimd, TVec, User<TSimd, TVec, TUser>>(ref regularizing);
    }

    internal override void WithOwn<TSimd, TVec, TUser>(ref TUser user) => throw new NotSupportedException("The rule inside a regularized rule is not regularized itself.");

    /// <summary>Memory for gradients, which in float is the same every time: a training step allocates nothing.</summary>
    private Span<T> Room<T>(int count)
        where T : unmanaged
    {
        if (typeof(T) != typeof(float))
        {
            return new T[count];
        }

        _gradients = _gradients.Length < count ? new float[count] : _gradients;
        return System.Runtime.InteropServices.MemoryMarshal.Cast<float, T>(_gradients.AsSpan(0, count));
    }

    /// <summary>Runs the rule's formula with what comes before it.</summary>
    private readonly ref struct User<TSimd, TVec, TUser>(TUser user, Regularization regularization) : IFormulaUser<TSimd, TVec>
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TUser : struct, IFormulaUser<TSimd, TVec>, allows ref struct
    {
        private readonly TUser _user = user;

        public void Use<TFormula>(TFormula formula)
            where TFormula : unmanaged, IUpdateFormula<TVec> => _user.Use(new RegularizedFormula<TSimd, TVec, TFormula>(formula, regularization));
    }
}

/// <summary>A formula with a <see cref="Regularization"/> before it, at one vector width.</summary>
internal readonly struct RegularizedFormula<TSimd, TVec, TFormula>(TFormula formula, in Regularization regularization) : IUpdateFormula<TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
    where TFormula : unmanaged, IUpdateFormula<TVec>
{
    private readonly TFormula _formula = formula;
    private readonly TVec _clip = TSimd.Create((float)regularization.Clip);
    private readonly TVec _l2 = TSimd.Create((float)regularization.L2);
    private readonly TVec _minusShrinkage = TSimd.Create((float)-regularization.Shrinkage);

    public static int StateCount => TFormula.StateCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step(ref TVec value, TVec gradient, ref TVec first, ref TVec second, ref TVec third)
    {
        TVec regularized = TSimd.MultiplyAdd(_l2, value, TSimd.Clamp(gradient, _clip));

        // As a sum: one minus a small number would be rounded, and every weight would shrink by a wrong part.
        value = TSimd.MultiplyAdd(_minusShrinkage, value, value);
        _formula.Step(ref value, regularized, ref first, ref second, ref third);
    }
}
