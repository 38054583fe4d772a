using System.Numerics;

namespace NeuralCore;

/// <summary>What differs from one run of a plan to the next.</summary>
/// <param name="Items">The items in the batch, at most the plan's largest.</param>
/// <param name="Training">Whether dropout drops, and normalizations take the batch's statistics.</param>
/// <param name="HasTargets">Whether the batch has labels, so that there is a loss.</param>
/// <param name="Seed">The key of every random number.</param>
/// <param name="Step">The number of the training step, counted from 0.</param>
/// <param name="Update">
/// The optimiser's step, for nodes that update weights themselves in backward; null to compute gradients and update nothing.
/// </param>
internal readonly record struct PlanRun(int Items, bool Training, bool HasTargets, ulong Seed, uint Step, UpdateRules? Update = null)
{
    private readonly int _batchItems;

    /// <summary>The place of the first item in its batch: 0 unless this run is of a later shard of the batch.</summary>
    public int FirstItem { get; init; }

    /// <summary>The items of the whole batch, over which the mean of the losses is taken; <see cref="Items"/> unless set.</summary>
    public int BatchItems
    {
        get => _batchItems > 0 ? _batchItems : Items;
        init => _batchItems = value;
    }
}

/// <summary>The memory of one node of a plan, by the positions of its inputs, outputs and weights.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal sealed class NodeMemory<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The values that it reads.</summary>
    public required Slot[] Inputs { get; init; }

    /// <summary>Where backward puts their gradients; null where none is needed.</summary>
    public required Slot?[] InputGradients { get; init; }

    /// <summary>Not null where that is the input's own memory: <see cref="InputGradient.ReplacedScale"/>.</summary>
    public double? ReplacedScale { get; init; }

    /// <summary>The values that it writes.</summary>
    public required Slot[] Outputs { get; init; }

    /// <summary>Their gradients; null where none flows back.</summary>
    public required Slot?[] OutputGradients { get; init; }

    /// <summary>Whether the gradient of the first output is already that of what went into the ReLU, which its reader put in its place.</summary>
    public bool GradientIsBeforeRelu { get; init; }

    /// <summary>What forward keeps for backward.</summary>
    public required Slot[] Kept { get; init; }

    /// <summary>The weights that it reads.</summary>
    public required WeightSlots[] Weights { get; init; }

    /// <summary>Weights as forward takes them in prediction; null where forward brings them into that form itself.</summary>
    public Slot? Prepared { get; init; }

    /// <summary>Memory that holds nothing from one node to the next.</summary>
    public Slot Scratch { get; init; }

    /// <summary>The number of the node among those of the network that draw random numbers.</summary>
    public uint Draw { get; init; }

    /// <summary>What a node keeps for itself from one run to the next.</summary>
    public object? Work { get; set; }

    /// <summary>The role of the first weight, if backward updates it itself where the run has an update; null where it does not.</summary>
    public WeightRole? Updates { get; init; }
}

/// <summary>A weight's memory: its numbers, their gradient where it is trained, and what the optimiser keeps of each.</summary>
/// <param name="Values">The numbers.</param>
/// <param name="Gradient">Their gradient; null where it is not trained.</param>
/// <param name="State">What the optimiser keeps of each.</param>
/// <param name="IsFrozen">Whether its layer is not trained, so that even a state that the layer itself changes stays as it is.</param>
internal readonly record struct WeightSlots(Slot Values, Slot? Gradient, StateSlots State = default, bool IsFrozen = false);

/// <summary>One run of one node: what computes, where its memory is, and what this run is about.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal readonly ref struct NodeRun<T>(IBackend<T> backend, NodeMemory<T> memory, in PlanRun run, ReadOnlySpan<double> shardSums = default)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly NodeMemory<T> _memory = memory;
    private readonly ref readonly PlanRun _run = ref run;

    /// <summary>What computes.</summary>
    public IBackend<T> Backend { get; } = backend;

    /// <summary>The node's memory.</summary>
    public NodeMemory<T> Memory => _memory;

    /// <summary>The items in the batch.</summary>
    public int Items => _run.Items;

    /// <summary>What this run is about.</summary>
    public ref readonly PlanRun Run => ref _run;

    /// <summary>The sums of an <see cref="IBatchWideNode"/>, one shard after the other; empty if the batch is not cut into shards.</summary>
    public ReadOnlySpan<double> ShardSums { get; } = shardSums;

    /// <summary>The first input.</summary>
    public Slot Input => _memory.Inputs[0];

    /// <summary>The first output.</summary>
    public Slot Output => _memory.Outputs[0];

    /// <summary>Where the gradient of the first input goes; null where none is needed.</summary>
    public Slot? InputGradient => _memory.InputGradients[0];

    /// <summary>The same, for ops that can put it in the input's place.</summary>
    public InputGradient? ReplacingInputGradient => _memory.InputGradients[0] is { } slot ? new InputGradient(slot, _memory.ReplacedScale) : null;

    /// <summary>The gradient of the first output.</summary>
    public Slot OutputGradient => _memory.OutputGradients[0]!.Value;

    /// <summary>Memory that holds nothing from one node to the next.</summary>
    public Slot Scratch => _memory.Scratch;

    /// <summary>Weights as forward takes them in prediction.</summary>
    public Slot? Prepared => _memory.Prepared;

    /// <summary>The number of the node among those that draw random numbers.</summary>
    public uint Draw => _memory.Draw;

    /// <summary>The optimiser's step, if the node is to update its first weight itself.</summary>
    public UpdateRule? Update => _memory.Updates is { } role ? _run.Update?.Of(role) : null;

    /// <summary>An input.</summary>
    public Slot InputAt(int index) => _memory.Inputs[index];

    /// <summary>An output.</summary>
    public Slot OutputAt(int index) => _memory.Outputs[index];

    /// <summary>Where the gradient of an input goes; null where none is needed.</summary>
    public Slot? InputGradientAt(int index) => _memory.InputGradients[index];

    /// <summary>The gradient of an output; null where none flows back.</summary>
    public Slot? OutputGradientAt(int index) => _memory.OutputGradients[index];

    /// <summary>A weight.</summary>
    public WeightSlots WeightAt(int index) => _memory.Weights[index];

    /// <summary>A weight that the op may not have, as a bias.</summary>
    public WeightSlots? WeightOrNull(int index) => index < _memory.Weights.Length ? _memory.Weights[index] : null;

    /// <summary>What forward keeps for backward; null where there is no backward pass.</summary>
    public Slot? KeptAt(int index) => index < _memory.Kept.Length ? _memory.Kept[index] : null;

    /// <summary>
    /// The gradient of the first output as ops take it whose output is behind a ReLU, and perhaps a dropout: with the output beside it, unless the
    /// ReLU's derivative is in it already.
    /// </summary>
    /// <param name="reluScale">The node's <see cref="Node.ReluScale"/>.</param>
    public OutputGradient GatedGradient(double? reluScale) =>
        reluScale is { } scale && !_memory.GradientIsBeforeRelu ? new OutputGradient(OutputGradient, Output, scale) : new OutputGradient(OutputGradient);
}
