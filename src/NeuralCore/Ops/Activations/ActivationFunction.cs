using System.Numerics;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore;

/// <summary>
/// A function of one number that is applied to each element of a tensor, with its derivative. Both backward and forward are one formula, a type of its
/// own that every backend runs; <see cref="ActivationFunctions"/> lists them.
/// </summary>
internal abstract class ActivationFunction
{
    private protected ActivationFunction()
    {
    }

    /// <summary>Its name in a plan.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether its slope is computed from the output, so that the input need not be kept for backward.</summary>
    internal abstract bool SlopeIsOfOutput { get; }

    /// <summary>y = f(x) as the textbook states it.</summary>
    internal abstract T Value<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>dy/dx, from x or from y as <see cref="SlopeIsOfOutput"/> says.</summary>
    internal abstract T Slope<T>(T at)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Hands the formula to what runs it, as a type of its own.</summary>
    internal abstract void With<TUser>(ref TUser user)
        where TUser : struct, IActivationUser, allows ref struct;
}

/// <summary>An activation function by its formula.</summary>
internal sealed class ActivationFunction<TFormula>(TFormula formula) : ActivationFunction
    where TFormula : unmanaged, IActivationFormula
{
    internal override string Name => TFormula.Name;

    internal override bool SlopeIsOfOutput => TFormula.SlopeIsOfOutput;

    internal override T Value<T>(T x) => formula.Reference(x);

    internal override T Slope<T>(T at) => formula.ReferenceSlope(at);

    internal override void With<TUser>(ref TUser user) => user.Use(formula);
}

/// <summary>
/// The formula of an activation function: as the textbook states it, for numbers of any type, and in vectors of any width, which GPUs run with a vector
/// of one. Its parameters are floats, which is what kernels compute with.
/// </summary>
internal interface IActivationFormula
{
    /// <summary>Its name in a plan.</summary>
    static abstract string Name { get; }

    /// <summary>Whether its slope is computed from y and not from x.</summary>
    static abstract bool SlopeIsOfOutput { get; }

    /// <summary>y.</summary>
    T Reference<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>dy/dx, from x or y.</summary>
    T ReferenceSlope<T>(T at)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>y of a vector.</summary>
    TVec Value<TSimd, TVec>(TVec x)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged;

    /// <summary>dy/dx of a vector, from x or y.</summary>
    TVec Slope<TSimd, TVec>(TVec at)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged;
}

/// <summary>Something that runs a formula over a tensor.</summary>
internal interface IActivationUser
{
    /// <summary>Runs it.</summary>
    void Use<TFormula>(TFormula formula)
        where TFormula : unmanaged, IActivationFormula;
}
