using NeuralCore.Ops;
using NeuralCore.Randomness;
using NeuralCore.Tests.Ops;

namespace NeuralCore.Tests.Checking;

/// <summary>What a graph gives for a batch, and the gradients of the sum of all elements of its outputs.</summary>
internal sealed record GraphRun(IReadOnlyList<float[]> Outputs, IReadOnlyList<float[]> InputGradients, IReadOnlyList<(string Name, float[] Values)> Weights)
{
    private const ulong Seed = 7;

    /// <summary>Runs it by a plan that is made for the whole of it.</summary>
    public static GraphRun Planned(BuiltGraph graph, int items, IBackend<float> backend, bool fuse)
    {
        var description = new NetworkDescription(graph.Inputs, graph.Outputs);
        using var network = new Network<float>(description, backend, FusionRules.All, states: 0, Seed);
        using Plan<float> plan = network.MakePlan(new PlanRequest
        {
            Inputs = description.Inputs,
            Outputs = description.Outputs,
            Capacity = items,
            Training = true,
            HasBackward = true,
            Seeds = description.Outputs,
            WithGradient = description.Inputs,
            Fuse = fuse,
        });
        for (int i = 0; i < network.Parameters.All.Count; i++)
        {
            // What a tape draws, on which the inputs are the first variables.
            (Weight weight, WeightSlots slots) = (network.Parameters.All[i].Weight, network.Parameters.All[i].Slots);
            float[] values = new float[weight.Shape.Count];
            weight.Initializer.Fill(values, weight.Shape, new RandomStream(Seed, RandomPurpose.Initialisation, (uint)(graph.Inputs.Count + i), 0));
            backend.Upload<float>(values, slots.Values);
        }

        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            backend.Upload<float>(ItemsOf(graph.Inputs[i], items, i), plan[graph.Inputs[i]]);
        }

        var run = new PlanRun(items, Training: true, HasTargets: false, Seed, Step: 0);
        plan.Forward(run);
        IReadOnlyList<float[]> outputs = [.. graph.Outputs.Select(output => Read(plan[output], output))];

        // Of two outputs that are one value under two names the gradients are summed.
        foreach (IGrouping<Slot, Value> together in graph.Outputs.GroupBy(output => plan.GradientOf(output)!.Value))
        {
            backend.Upload<float>(Enumerable.Repeat((float)together.Count(), items * together.First().Shape.Count).ToArray(), together.Key);
        }

        plan.Backward(run);
        return new GraphRun(
            outputs,
            [.. graph.Inputs.Select(input => Read(plan.GradientOf(input)!.Value, input))],
            [.. network.Parameters.All.Select(parameter => (parameter.Name, ReadAll(parameter.Slots.Gradient ?? parameter.Slots.Values, parameter.Count)))]);

        float[] Read(Slot slot, Value value) => ReadAll(slot, items * value.Shape.Count);

        float[] ReadAll(Slot slot, int count)
        {
            float[] values = new float[count];
            backend.Download<float>(slot, values);
            return values;
        }
    }

    /// <summary>Runs the same layers one by one on a tape.</summary>
    public static GraphRun Eager(BuiltGraph graph, int items, IBackend<float> backend)
    {
        using var tape = new Tape(backend, Seed);
        Tensor[] inputs = [.. graph.Inputs.Select((input, i) => tape.Variable(Tensor.From(ItemsOf(input, items, i), BatchOf(input.Shape))))];
        Dictionary<int, Tensor> values = graph.InputIndices.Zip(inputs).ToDictionary();
        for (int k = 0; k < graph.Calls.Count; k++)
        {
            (Layer layer, int[] reads) = graph.Calls[k];
            values.Add(graph.FirstCall + k, tape.Apply(layer, [.. reads.Select(i => values[i])]));
        }

        Tensor[] outputs = [.. graph.OutputIndices.Select(i => values[i])];
        Gradients gradients = tape.Gradients(outputs);
        return new GraphRun(
            [.. outputs.Select(output => output.ToArray())],
            [.. inputs.Select(input => gradients[input].ToArray())],
            [.. tape.Variables.Skip(inputs.Length).Select(weight => (string.Empty, (gradients.Contains(weight) ? gradients[weight] : weight).ToArray()))]);

        Shape BatchOf(Shape item)
        {
            int[] extents = [items, .. item.Extents];
            return new Shape(extents);
        }
    }

    private static float[] ItemsOf(Value input, int items, int number) => TestValues.Reals(items * input.Shape.Count, number + 1);

    /// <summary>Whether two runs gave the same bits.</summary>
    public void RequireSameBits(string what, GraphRun other) => Compare(what, other, (name, expected, actual) => Agreement.SameBits(name, expected, actual));

    /// <summary>Whether each tensor of another run is within a part of the largest element of this one's.</summary>
    public void RequireWithin(string what, double tolerance, GraphRun other) => Compare(
        what, other, (name, expected, actual) => Agreement.Within(name, TestValues.Widen(expected), tolerance * Math.Max(1, expected.Max(Math.Abs)), actual));

    private void Compare(string what, GraphRun other, Action<string, float[], float[]> compare)
    {
        for (int i = 0; i < Outputs.Count; i++)
        {
            compare($"{what}: output {i}", Outputs[i], other.Outputs[i]);
        }

        for (int i = 0; i < InputGradients.Count; i++)
        {
            compare($"{what}: gradient of input {i}", InputGradients[i], other.InputGradients[i]);
        }

        for (int i = 0; i < Weights.Count; i++)
        {
            compare($"{what}: {Weights[i].Name}", Weights[i].Values, other.Weights[i].Values);
        }
    }
}
