
namespace NeuralCore;

/// <summary>Memory that a plan needs for part of a step: an activation, its gradient, or what an op saves for backward.</summary>
/// <param name="name">What it holds.</param>
/// <param name="bytes">Its size at the plan's largest batch.</param>
internal sealed class PlanBuffer(string name, long bytes)
{
    private Slot _slot;

    public string Name { get; } = name;

    public long Bytes { get; } = bytes;

    /// <summary>The first moment of the plan's time line at which it is written.</summary>
    public int First { get; private set; } = int.MaxValue;

    /// <summary>The last moment at which it is read.</summary>
    public int Last { get; private set; } = int.MinValue;

    /// <summary>Where it lies, in bytes from the beginning of the arena.</summary>
    public long Offset { get; set; }

    public Slot Slot
    {
        get => Replaces?.Slot ?? _slot;
        set => _slot = value;
    }

    /// <summary>
    /// The buffer whose place a gradient takes, if it has none of its own: that of the value it belongs to, which nobody reads any more. It is then
    /// the gradient before the ReLU that the value came out of, <see cref="Ops.InputGradient.ReplacedScale"/>.
    /// </summary>
    public PlanBuffer? Replaces { get; set; }

    /// <summary>Extends the lifetime to a moment.</summary>
    public void Touch(int time)
    {
        First = Math.Min(First, time);
        Last = Math.Max(Last, time);
    }

    public bool LivesWith(PlanBuffer other) => First <= other.Last && other.First <= Last;
}
