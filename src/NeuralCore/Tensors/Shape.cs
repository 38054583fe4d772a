using System.Runtime.CompilerServices;

namespace NeuralCore;

/// <summary>
/// The extents of a tensor, outermost first. Images are height x width x channels (channels-last): neighbouring
/// channels of one pixel are neighbours in memory, so kernels vectorise over channels.
/// </summary>
/// <remarks>A layer's shapes leave out the batch axis: how many images are in flight is known only at run time.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int[]? _extents;
    private readonly int _count;

    /// <summary>Makes a shape from its extents.</summary>
    /// <param name="extents">One extent an axis, each at least 1.</param>
    /// <exception cref="ArgumentException">An extent is below 1, or the number of elements exceeds <see cref="int.MaxValue"/>.</exception>
    public Shape(params ReadOnlySpan<int> extents)
    {
        long count = 1;
        foreach (int extent in extents)
        {
            if (extent < 1)
            {
                throw new ArgumentException($"Every extent of a shape is at least 1, and one was {extent}.");
            }

            count *= extent;
            if (count > int.MaxValue)
            {
                throw new ArgumentException("A shape of more than 2,147,483,647 elements is not supported.");
            }
        }

        _extents = extents.ToArray();
        _count = (int)count;
    }

    /// <summary>Makes a shape of [128, 28, 28, 1].</summary>
    /// <param name="extents">One extent an axis, each at least 1.</param>
    /// <exception cref="ArgumentException">An extent is below 1, or the number of elements exceeds <see cref="int.MaxValue"/>.</exception>
    public static Shape Create(ReadOnlySpan<int> extents) => new(extents);

    /// <summary>The number of axes.</summary>
    public int Rank => _extents?.Length ?? 0;

    /// <summary>The number of elements: the product of the extents, and 1 for a shape without axes.</summary>
    public int Count => _extents is null ? 1 : _count;

    /// <summary>The extent of one axis.</summary>
    public int this[int axis] => Extents[axis];

    /// <summary>The extents, outermost first.</summary>
    public ReadOnlySpan<int> Extents => _extents;

    /// <summary>Goes through the extents, outermost first.</summary>
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => Extents.GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(Shape other) => Extents.SequenceEqual(other.Extents);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int extent in Extents)
        {
            hash.Add(extent);
        }

        return hash.ToHashCode();
    }

    /// <summary>The extents joined by x: <c>24x24x64</c>.</summary>
    public override string ToString() => Rank == 0 ? "scalar" : string.Join('x', _extents!);

    /// <summary>Whether two shapes have the same extents.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
