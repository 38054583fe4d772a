namespace NeuralCore;

/// <summary>Memory that a plan needs for part of a step: a value, its gradient, or what an op keeps for backward.</summary>
/// <param name="name">What it holds.</param>
/// <param name="bytes">Its size at the plan's largest batch.</param>
internal sealed class PlanBuffer(string name, long bytes)
{
    public string Name { get; } = name;

    public long Bytes { get; } = bytes;

    /// <summary>The first moment of the plan's time line at which it is written.</summary>
    public int First { get; private set; } = int.MaxValue;

    /// <summary>The last moment at which it is read.</summary>
    public int Last { get; private set; } = int.MinValue;

    /// <summary>Where it lies, in bytes from the beginning of the arena.</summary>
    public long Offset { get; set; }

    /// <summary>Its memory.</summary>
    public Slot Slot { get; set; }

    /// <summary>Extends the lifetime to a moment.</summary>
    public void Touch(int time)
    {
        First = Math.Min(First, time);
        Last = Math.Max(Last, time);
    }

    public bool LivesWith(PlanBuffer other) => First <= other.Last && other.First <= Last;
}
