using System.Globalization;
using System.Numerics;
using System.Text;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A network ready to run: a flat list of steps with their memory laid out. Forward calls them in order, backward in
/// reverse; neither allocates (on the CPU backend), branches on layer types, or does anything that the list does not show.
/// </summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal sealed class Plan<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IBackend<T> _backend;
    private readonly IReadOnlyList<Step<T>> _steps;
    private readonly IReadOnlyList<PlanBuffer> _buffers;
    private readonly PlanBuffer _scratch;
    private readonly MemoryBlock _arena;
    private long _prepared = -1;

    /// <summary>Lays out the memory of steps that a <see cref="Lowering{T}"/> made.</summary>
    /// <param name="backend">What computes.</param>
    /// <param name="lowering">The steps.</param>
    /// <param name="keepPrepared">
    /// Whether weights stay in the form that forward computes with from one run to the next: then <see cref="Prepare"/> has to be called
    /// before each. Only inference gains by it, since a training step changes all weights.
    /// </param>
    public Plan(IBackend<T> backend, Lowering<T> lowering, bool keepPrepared = false)
    {
        _backend = backend;
        _steps = backend.CanReplaceInput ? Fusion.ReplaceInputs(lowering.Steps) : lowering.Steps;
        Capacity = lowering.Capacity;
        Training = lowering.Training;
        (Input, Output, Labels, Losses, Hits) = (lowering.Input, lowering.Output, lowering.Labels, lowering.Losses, lowering.Hits);
        _scratch = new PlanBuffer("scratch", _steps.Select(s => s.ScratchBytes(backend, Capacity)).DefaultIfEmpty().Max());
        if (keepPrepared)
        {
            KeepPreparedWeights();
        }

        _buffers = Lifetimes();
        ArenaBytes = MemoryPlanner.Assign(_buffers);
        _arena = backend.Allocate(ArenaBytes);
        foreach (PlanBuffer buffer in _buffers)
        {
            buffer.Slot = _arena.Slot(buffer.Offset, buffer.Bytes);
        }
    }

    /// <summary>The most items that fit into one batch.</summary>
    public int Capacity { get; }

    /// <summary>Whether there is a backward pass.</summary>
    public bool Training { get; }

    public PlanValue Input { get; }

    public PlanValue Output { get; }

    public PlanBuffer Labels { get; }

    public PlanBuffer Losses { get; }

    public PlanBuffer Hits { get; }

    /// <summary>The bytes of all buffers together, laid out by lifetime.</summary>
    public long ArenaBytes { get; }

    public IReadOnlyList<Step<T>> Steps => _steps;

    /// <summary>The parameters that backward updates itself, where the run has an update.</summary>
    public IEnumerable<Parameter> Updated => _steps.Select(step => step.Updates).OfType<Parameter>();

    public IReadOnlyList<PlanBuffer> Buffers => _buffers;

    /// <summary>Brings weights into the form that forward computes with, unless that was done since they changed.</summary>
    /// <param name="version">Another number than before if any weight has changed.</param>
    public void Prepare(long version)
    {
        if (_prepared == version)
        {
            return;
        }

        foreach (Step<T> step in _steps)
        {
            if (step is { Prepared: { } buffer, Prepares: { } convolution })
            {
                _backend.Prepare(convolution.Shape, convolution.Weights.Value, buffer.Slot);
            }
        }

        _prepared = version;
    }

    public void Forward(in PlanRun run, TrainingProfile? profile = null)
    {
        for (int i = 0; i < _steps.Count; i++)
        {
            _steps[i].Forward(_backend, run, _scratch);
            profile?.Forward(i);
        }
    }

    public void Backward(in PlanRun run, TrainingProfile? profile = null)
    {
        for (int i = _steps.Count - 1; i >= 0; i--)
        {
            _steps[i].Backward(_backend, run, _scratch);
            profile?.Backward(i);
        }
    }

    public void Dispose() => _arena.Dispose();

    /// <summary>One line a step: the op, its shapes, and where its output and gradient lie in the arena.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        long sum = _buffers.Sum(b => b.Bytes);
        text.AppendLine(CultureInfo.InvariantCulture, $"{(Training ? "training" : "inference")} plan, up to {Capacity} items, arena {ArenaBytes / 1048576.0:F1} MiB (buffers {sum / 1048576.0:F1} MiB)");
        for (int i = 0; i < _steps.Count; i++)
        {
            Step<T> step = _steps[i];
            text.Append(CultureInfo.InvariantCulture, $"{i,2}  {step.Description,-34} {step.Input.Shape,-9} -> {step.Output.Shape,-9} {Place(step.Output.Data)}");
            if (step.Output.Gradient is { } gradient)
            {
                text.Append(CultureInfo.InvariantCulture, $"  d {(gradient.Replaces is null ? Place(gradient) : "in its place")}");
            }

            text.AppendLine();
        }

        return text.ToString();
    }

    private static string Place(PlanBuffer buffer) =>
        string.Create(CultureInfo.InvariantCulture, $"@{buffer.Offset / 1024,6} KiB +{buffer.Bytes / 1024,6}");

    private void KeepPreparedWeights()
    {
        foreach (Step<T> step in _steps)
        {
            if (step.Prepares is { } convolution && _backend.PreparedBytes(convolution.Shape) is > 0 and long bytes)
            {
                step.Prepared = new PlanBuffer("prepared weights", bytes);
            }
        }
    }

    /// <summary>
    /// Gives every buffer its lifetime. Of S steps, step i runs forward at moment i and backward at moment 2S - 1 - i; the
    /// batch is uploaded at -1, and losses are read at the end, in training beside the next batch that is there already. Prepared weights are always there.
    /// </summary>
    private List<PlanBuffer> Lifetimes()
    {
        int end = Training ? 2 * _steps.Count : _steps.Count;
        var buffers = new HashSet<PlanBuffer>();
        Touch(-1, Input.Data, Labels);
        for (int i = 0; i < _steps.Count; i++)
        {
            Step<T> step = _steps[i];
            Touch(i, [step.Input.Data, step.Output.Data, _scratch, .. step.ForwardBuffers]);
            if (step.Prepared is { } prepared)
            {
                Touch(-1, prepared);
                Touch(end, prepared);
            }

            if (Training)
            {
                Touch(2 * _steps.Count - 1 - i, [_scratch, .. step.BackwardBuffers]);
                foreach (PlanBuffer? gradient in (ReadOnlySpan<PlanBuffer?>)[step.Input.Gradient, step.Output.Gradient])
                {
                    if (gradient is not null)
                    {
                        Touch(2 * _steps.Count - 1 - i, gradient);
                    }
                }
            }
        }

        Touch(end, Output.Data, Losses, Hits);
        if (Training)
        {
            Touch(end, Input.Data, Labels);
        }

        return [.. buffers];

        void Touch(int time, params ReadOnlySpan<PlanBuffer> touched)
        {
            foreach (PlanBuffer buffer in touched)
            {
                PlanBuffer place = buffer.Replaces ?? buffer;
                place.Touch(time);
                buffers.Add(place);
            }
        }
    }
}
