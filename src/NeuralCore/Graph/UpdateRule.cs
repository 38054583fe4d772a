using System.Numerics;
using NeuralCore.Simd;

namespace NeuralCore;

/// <summary>
/// One step of an optimiser, with its numbers: what becomes of a weight, given its gradient and the few numbers that the optimiser keeps of it.
/// An optimiser has one object of this kind and sets its numbers before each step, so that a step allocates nothing.
/// </summary>
internal abstract class UpdateRule
{
    /// <summary>How many numbers an optimiser may keep of each weight.</summary>
    internal const int MostStates = 3;

    /// <summary>How many numbers it keeps of each weight, at most <see cref="MostStates"/>.</summary>
    internal abstract int StateCount { get; }

    /// <summary>Its name in a plan.</summary>
    internal abstract string Name { get; }

    /// <summary>Whether it is a loop over spans alone, without a formula in vectors.</summary>
    internal virtual bool IsLoop => false;

    /// <summary>The step as a textbook loop, in place; all spans have the same length.</summary>
    internal abstract void Reference<T>(Span<T> values, ReadOnlySpan<T> gradients, StateSpans<T> state)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Hands the step's formula to kernels, as a type of its own at one vector width.</summary>
    internal virtual void With<TSimd, TVec, TUser>(ref TUser user)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TUser : struct, IFormulaUser<TSimd, TVec>, allows ref struct =>
        WithOwn<TSimd, TVec, TUser>(ref user);

    /// <summary>The same with the rule's formula alone. A rule around another one calls this of it and never <see cref="With"/>, which would make types of ever more types.</summary>
    internal abstract void WithOwn<TSimd, TVec, TUser>(ref TUser user)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
        where TUser : struct, IFormulaUser<TSimd, TVec>, allows ref struct;
}

/// <summary>The step of a whole network's weights: those that decay and those that do not may have rules of their own.</summary>
/// <param name="Decayed">The rule of weights of the role <see cref="WeightRole.Decayed"/>.</param>
/// <param name="Undecayed">The rule of all others.</param>
internal sealed record UpdateRules(UpdateRule Decayed, UpdateRule Undecayed)
{
    /// <summary>The rule of a weight.</summary>
    public UpdateRule Of(WeightRole role) => role == WeightRole.Decayed ? Decayed : Undecayed;
}

/// <summary>An optimiser's formula at one vector width, with a step's numbers in vectors: written once, it is what every kernel does with a weight.</summary>
/// <typeparam name="TVec">The vector type.</typeparam>
internal interface IUpdateFormula<TVec>
    where TVec : unmanaged
{
    /// <summary>How many numbers it keeps of each weight.</summary>
    static abstract int StateCount { get; }

    /// <summary>The step of a vector of weights.</summary>
    /// <param name="value">The weights.</param>
    /// <param name="gradient">Their gradients.</param>
    /// <param name="first">The first number kept of each, if there is one.</param>
    /// <param name="second">The second, if there is one.</param>
    /// <param name="third">The third, if there is one.</param>
    void Step(ref TVec value, TVec gradient, ref TVec first, ref TVec second, ref TVec third);
}

/// <summary>Something that runs a formula: the loop over flat blocks, a dense layer's backward pass.</summary>
internal interface IFormulaUser<TSimd, TVec>
    where TSimd : ISimd<TVec>
    where TVec : unmanaged
{
    /// <summary>Runs it.</summary>
    void Use<TFormula>(TFormula formula)
        where TFormula : unmanaged, IUpdateFormula<TVec>;
}
