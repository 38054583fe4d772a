using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>
/// What a cross-entropy compares with: for each row a distribution t over the classes, made of a label or given as numbers, and perhaps smoothed:
/// <code>
/// t[i] = (1 - smoothing) * (i == label ? 1 : 0) + smoothing / classes
/// t[i] = (1 - smoothing) * target[i]            + smoothing / classes
/// </code>
/// (Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016, section 7.)
/// </summary>
/// <param name="Classes">The elements of a row.</param>
/// <param name="Smoothing">What is taken from the target and shared out to all classes, in [0, 1).</param>
/// <param name="IsDense">Whether targets are numbers, one a class, and not labels.</param>
internal readonly record struct CrossEntropyShape(int Classes, double Smoothing = 0, bool IsDense = false)
{
    /// <summary>What remains of a target.</summary>
    public double On => 1 - Smoothing;

    /// <summary>What each class gets.</summary>
    public double Off => Smoothing / Classes;

    /// <summary>Whether t is 1 for one class and 0 for all others.</summary>
    public bool IsOneHot => !IsDense && Smoothing == 0;
}

/// <summary>The targets of a batch.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal readonly ref struct CrossEntropyTargets<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly CrossEntropyShape _shape;
    private readonly ReadOnlySpan<int> _labels;
    private readonly ReadOnlySpan<T> _numbers;

    /// <summary>Labels.</summary>
    public CrossEntropyTargets(CrossEntropyShape shape, ReadOnlySpan<int> labels)
    {
        _shape = shape;
        _labels = labels;
    }

    /// <summary>Numbers, one a class, row by row.</summary>
    public CrossEntropyTargets(CrossEntropyShape shape, ReadOnlySpan<T> numbers)
    {
        _shape = shape;
        _numbers = numbers;
    }

    /// <summary>t of a row and a class.</summary>
    public T this[int row, int index] =>
        (T.CreateChecked(_shape.On) * (_shape.IsDense ? _numbers[(row * _shape.Classes) + index] : index == _labels[row] ? T.One : T.Zero)) + T.CreateChecked(_shape.Off);

    /// <summary>The sum of t over the classes of a row: 1 for labels, whatever is given for numbers.</summary>
    public T Sum(int row)
    {
        if (!_shape.IsDense)
        {
            return T.One;
        }

        T sum = T.Zero;
        for (int i = 0; i < _shape.Classes; i++)
        {
            sum += this[row, i];
        }

        return sum;
    }

    /// <summary>The class that is meant: the label, or where the target is greatest, the first of equals.</summary>
    public int Class(int row) => _shape.IsDense
        ? SoftmaxCrossEntropyReference.IndexOfMax(_numbers.Slice(row * _shape.Classes, _shape.Classes))
        : _labels[row];
}
