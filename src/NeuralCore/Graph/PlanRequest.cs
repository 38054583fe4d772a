namespace NeuralCore;

/// <summary>What a plan is made for.</summary>
internal sealed record PlanRequest
{
    /// <summary>The values that are brought in: items, then labels or other targets.</summary>
    public required IReadOnlyList<Value> Inputs { get; init; }

    /// <summary>The values that are read when the plan has run forward.</summary>
    public required IReadOnlyList<Value> Outputs { get; init; }

    /// <summary>The most items of a batch.</summary>
    public required int Capacity { get; init; }

    /// <summary>Whether dropout drops and normalizations take the batch's statistics.</summary>
    public bool Training { get; init; }

    /// <summary>Whether there is a backward pass.</summary>
    public bool HasBackward { get; init; }

    /// <summary>
    /// The outputs whose gradients are brought in before backward runs, where it does not begin with losses.
    /// </summary>
    public IReadOnlyList<Value> Seeds { get; init; } = [];

    /// <summary>The inputs whose gradients are read in the end.</summary>
    public IReadOnlyList<Value> WithGradient { get; init; } = [];

    /// <summary>Whether known sequences of nodes run as one.</summary>
    public bool Fuse { get; init; } = true;

    /// <summary>The optimiser's step, which nodes may take in backward themselves and not write gradients; null where they may not.</summary>
    public UpdateRules? Update { get; init; }

    /// <summary>
    /// Whether weights stay in the form that forward computes with from one run to the next: then <see cref="Plan{T}.Prepare"/> has to be called
    /// before each. Only prediction gains by it, since a training step changes all weights.
    /// </summary>
    public bool KeepPrepared { get; init; }
}
