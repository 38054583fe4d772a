using System.Numerics;

namespace NeuralCore;

/// <summary>A described network with a backend and memory for its weights: it makes plans, which share the weights.</summary>
/// <typeparam name="T">The type of the numbers.</typeparam>
internal sealed class Network<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly IReadOnlyList<FusionRule> _rules;
    private readonly HashSet<Weight> _frozen;

    /// <summary>Takes memory for the weights and fills it with their first values.</summary>
    /// <param name="description">The network.</param>
    /// <param name="backend">What computes; it stays the caller's.</param>
    /// <param name="rules">What may be joined.</param>
    /// <param name="states">How many numbers the optimiser keeps of each weight.</param>
    /// <param name="seed">The key of the random first values; null leaves them to be written by others.</param>
    public Network(NetworkDescription description, IBackend<T> backend, IReadOnlyList<FusionRule> rules, int states, ulong? seed)
    {
        (Description, Backend, _rules) = (description, backend, rules);
        Parameters = ParameterSet<T>.Create(backend, description.Weights, states, seed);
        _frozen = [.. description.Frozen];
    }

    /// <summary>What it consists of.</summary>
    public NetworkDescription Description { get; }

    /// <summary>What computes.</summary>
    public IBackend<T> Backend { get; }

    /// <summary>The weights.</summary>
    public ParameterSet<T> Parameters { get; }

    /// <summary>Lays out memory for a purpose.</summary>
    /// <exception cref="ArgumentException">The batch is too large for the network.</exception>
    public Plan<T> MakePlan(PlanRequest request) => new(Backend, request, SlotsOf, Description.DrawOf, _rules);

    /// <summary>Lays out memory for a purpose, with the gradients of the weights in another block than theirs, laid out in the same way.</summary>
    /// <param name="request">The purpose.</param>
    /// <param name="gradients">Room for as much as <see cref="ParameterSet{T}.TrainedGradients"/>.</param>
    /// <exception cref="ArgumentException">The batch is too large for the network.</exception>
    public Plan<T> MakePlan(PlanRequest request, Slot gradients)
    {
        long begin = Parameters.TrainedGradients!.Value.Gradients.Offset;
        return new Plan<T>(Backend, request, Elsewhere, Description.DrawOf, _rules);

        WeightSlots Elsewhere(Weight weight)
        {
            WeightSlots slots = SlotsOf(weight);
            return slots.Gradient is { } own
                ? slots with { Gradient = gradients.Block.Slot(gradients.Offset + own.Offset - begin, own.Bytes) }
                : slots;
        }
    }

    /// <summary>Gives the weights' memory back.</summary>
    public void Dispose() => Parameters.Dispose();

    private WeightSlots SlotsOf(Weight weight) => Parameters.SlotsOf(weight) with { IsFrozen = _frozen.Contains(weight) };
}
