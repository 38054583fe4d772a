namespace NeuralCore;

/// <summary>What an optimiser keeps of some weights: as many spans of their length as it has names for.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
public readonly ref struct StateSpans<T>(Span<T> first, Span<T> second = default, Span<T> third = default)
    where T : unmanaged
{
    private readonly Span<T> _first = first;
    private readonly Span<T> _second = second;
    private readonly Span<T> _third = third;

    /// <summary>The numbers kept under one name, in the order of the optimiser's names; all 0 before the first step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer.</exception>
    public Span<T> this[int index] => index switch
    {
        0 => _first,
        1 => _second,
        2 => _third,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, $"An optimiser keeps at most {UpdateRule.MostStates} numbers of each weight."),
    };

    /// <summary>The same of a part of the weights.</summary>
    public StateSpans<T> Slice(int start, int length) => new(Part(_first, start, length), Part(_second, start, length), Part(_third, start, length));

    private static Span<T> Part(Span<T> span, int start, int length) => span.IsEmpty ? span : span.Slice(start, length);
}

/// <summary>The memory of what an optimiser keeps of some weights.</summary>
/// <param name="First">The first number kept of each, if there is one.</param>
/// <param name="Second">The second.</param>
/// <param name="Third">The third.</param>
internal readonly record struct StateSlots(Slot? First = null, Slot? Second = null, Slot? Third = null)
{
    /// <summary>The memory of one of them; null where less is kept.</summary>
    public Slot? this[int index] => index switch
    {
        0 => First,
        1 => Second,
        _ => Third,
    };
}
