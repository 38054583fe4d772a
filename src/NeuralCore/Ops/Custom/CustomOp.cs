using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A layer with mathematics of its own: a function of one item and its derivative as plain loops over spans, in float to run and in double to be
/// checked (GradientCheck). It runs on the CPU backends, several items at once on their threads, and is planned and saved like any
/// other layer.
/// </summary>
public abstract class CustomOp : Layer
{
    /// <inheritdoc/>
    public abstract override Shape OutputShape(Shape input);

    /// <summary>y of one item.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="x">The item, row-major.</param>
    /// <param name="y">Receives what becomes of it, row-major in <see cref="OutputShape"/>.</param>
    public abstract void Forward<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>dx of one item: the gradient of the loss with respect to x, given that with respect to y.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="x">The item.</param>
    /// <param name="y">What <see cref="Forward"/> made of it.</param>
    /// <param name="dy">The gradient of the loss with respect to y.</param>
    /// <param name="dx">Receives that with respect to x, every element of it.</param>
    public abstract void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <inheritdoc/>
    public sealed override Value Build(Value input) => new CustomNode(this, input).Output;
}
