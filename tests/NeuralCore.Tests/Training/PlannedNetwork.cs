using NeuralCore.Ops;
using NeuralCore.Tests.Ops;

namespace NeuralCore.Tests.Training;

/// <summary>A network's parameters and its plan, to run a step at a time and to look into.</summary>
internal sealed class PlannedNetwork : IDisposable
{
    private readonly Network<float> _network;
    private readonly LossValues _loss;

    private PlannedNetwork(Network<float> network, LossValues loss, Plan<float> plan) => (_network, _loss, Plan) = (network, loss, plan);

    public Plan<float> Plan { get; }

    public Value Input => _network.Description.Inputs[0];

    public Value Output => _network.Description.Outputs[0];

    public static PlannedNetwork Create(IBackend<float> backend, Layer[] layers, int capacity, bool training, bool fuse)
    {
        NetworkDescription description = new Sequential(layers).Description;
        var network = new Network<float>(description, backend, FusionRules.All, states: 2, seed: 3);
        LossValues loss = new SparseCategoricalCrossentropy().Build(description.Outputs[0]);
        return new PlannedNetwork(network, loss, network.MakePlan(RequestOf(description, loss, capacity, training, fuse)));
    }

    /// <summary>A training plan, or a plan that predicts and judges.</summary>
    public static PlanRequest RequestOf(NetworkDescription description, LossValues loss, int capacity, bool training, bool fuse) => new()
    {
        Inputs = [.. description.Inputs, loss.Targets],
        Outputs = [.. description.Outputs, loss.Losses, loss.Hits!],
        Capacity = capacity,
        Training = training,
        HasBackward = training,
        Fuse = fuse,
        Update = fuse ? new Adam().RulesAt(1) : null,
    };

    public static PlanRun RunOf(int items) => new(items, Training: true, HasTargets: true, Seed: 1, Step: 2);

    public void UploadBatch(int items)
    {
        _network.Backend.Upload<float>(TestValues.Reals(items * Input.Shape.Count, 4), Plan[Input]);
        _network.Backend.Upload<int>(TestValues.Labels(items, Output.Shape.Count, 5), Plan[_loss.Targets]);
    }

    /// <summary>Runs forward and backward as the plan does, but fills dead memory with NaN after every op.</summary>
    public void RunPoisoning(in PlanRun run)
    {
        int time = 0;
        foreach (PlanStep<float> step in Plan.Steps)
        {
            step.Forward(new NodeRun<float>(_network.Backend, step.Memory, run));
            Poison(time++);
        }

        foreach (PlanStep<float> step in Plan.Steps.Reverse())
        {
            step.RunBackward(_network.Backend, run);
            Poison(time++);
        }
    }

    /// <summary>Fills with NaN what no buffer carries over from this moment to the next.</summary>
    public void Poison(int time)
    {
        bool[] alive = new bool[Plan.ArenaBytes];
        foreach (PlanBuffer buffer in Plan.Buffers.Where(b => b.First <= Math.Max(time, -1) && b.Last > time))
        {
            alive.AsSpan((int)buffer.Offset, (int)buffer.Bytes).Fill(true);
        }

        MemoryBlock arena = Plan[Input].Block;
        byte[] bytes = new byte[Plan.ArenaBytes];
        _network.Backend.Download<byte>(arena.Slot(0, bytes.Length), bytes);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = alive[i] ? bytes[i] : (byte)0xFF;
        }

        _network.Backend.Upload<byte>(bytes, arena.Slot(0, bytes.Length));
    }

    public float[] Losses(int items) => Read(Plan[_loss.Losses], items);

    public float[] Probabilities(int items) => Read(Plan[Output], items * Output.Shape.Count);

    public float[] Gradients() => [.. _network.Parameters.All.SelectMany(parameter => Read(parameter.Slots.Gradient!.Value, parameter.Count))];

    public void Dispose()
    {
        Plan.Dispose();
        _network.Dispose();
    }

    private float[] Read(Slot slot, int count)
    {
        float[] values = new float[count];
        _network.Backend.Download<float>(slot, values);
        return values;
    }
}
