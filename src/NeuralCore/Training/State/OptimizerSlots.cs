namespace NeuralCore;

/// <summary>The way of what an optimiser keeps between a learner's memory and arrays.</summary>
internal static class OptimizerSlots
{
    /// <summary>Makes arrays for it.</summary>
    public static IReadOnlyList<OptimizerState> Allocate(Learner learner) =>
    [
        .. learner.Optimizer.StateNames.Select(name => new OptimizerState(
            name, [.. learner.Network.Parameters.All.Select(parameter => new float[parameter.IsTrained ? parameter.Count : 0])])),
    ];

    /// <summary>Copies it to arrays.</summary>
    public static void Read(Learner learner, IReadOnlyList<OptimizerState> to) =>
        ForEach(learner, to, (slot, values) => learner.Backend.Download<float>(slot, values));

    /// <summary>Replaces it.</summary>
    /// <exception cref="ArgumentException">The arrays are of another optimiser or network; then nothing is replaced.</exception>
    public static void Write(Learner learner, IReadOnlyList<OptimizerState> from)
    {
        RequireFit(learner, from);
        ForEach(learner, from, (slot, values) => learner.Backend.Upload<float>(values, slot));
    }

    /// <summary>Says that arrays are of the learner's optimiser and network.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void RequireFit(Learner learner, IReadOnlyList<OptimizerState> states)
    {
        if (!states.Select(state => state.Name).SequenceEqual(learner.Optimizer.StateNames))
        {
            throw new ArgumentException(
                $"The training state is one of another optimiser: it holds {Names(states.Select(state => state.Name))}, and {learner.Optimizer.GetType().Name} keeps {Names(learner.Optimizer.StateNames)}.");
        }

        int[] counts = [.. learner.Network.Parameters.All.Select(parameter => parameter.IsTrained ? parameter.Count : 0)];
        if (states.Any(state => !state.Values.Select(values => values.Length).SequenceEqual(counts)))
        {
            throw new ArgumentException("The training state is one of another network: its arrays are not of the sizes of this one's parameters.");
        }
    }

    private static string Names(IEnumerable<string> names) => names.Any() ? string.Join(" and ", names) : "nothing";

    private static void ForEach(Learner learner, IReadOnlyList<OptimizerState> states, Action<Slot, float[]> visit)
    {
        IReadOnlyList<Parameter> all = learner.Network.Parameters.All;
        for (int i = 0; i < all.Count; i++)
        {
            for (int k = 0; k < states.Count; k++)
            {
                if (all[i].IsTrained)
                {
                    visit(all[i].Slots.State[k]!.Value, states[k].Values[i]);
                }
            }
        }
    }
}
