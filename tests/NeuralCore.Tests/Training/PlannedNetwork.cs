using NeuralCore.Ops;
using NeuralCore.Tests.Ops;

namespace NeuralCore.Tests.Training;

/// <summary>A network's parameters and its plan, to run a step at a time and to look into.</summary>
internal sealed class PlannedNetwork : IDisposable
{
    private readonly IBackend<float> _backend;
    private readonly ParameterSet<float> _parameters;

    private PlannedNetwork(IBackend<float> backend, ParameterSet<float> parameters, Plan<float> plan)
    {
        (_backend, _parameters, Plan) = (backend, parameters, plan);
    }

    public Plan<float> Plan { get; }

    public static PlannedNetwork Create(IBackend<float> backend, Layer[] layers, int capacity, bool training, bool fuse)
    {
        var specs = new List<(string, ParameterSpec)>();
        Shape shape = default;
        foreach (Layer layer in layers)
        {
            specs.AddRange(layer.Parameters(shape).Select(spec => (layer.Kind, spec)));
            shape = layer.OutputShape(shape);
        }

        ParameterSet<float> parameters = ParameterSet<float>.Create(backend, specs, seed: 3);
        string[] names = [.. layers.Select(layer => layer.Kind)];
        return new PlannedNetwork(
            backend, parameters, new Plan<float>(backend, new Lowering<float>(layers, names, parameters.All, capacity, training, fuse)));
    }

    public static PlanRun RunOf(int items) => new(items, Training: true, HasLabels: true, Seed: 1, Step: 2);

    public void UploadBatch(int items)
    {
        _backend.Upload<float>(TestValues.Reals(items * Plan.Input.Shape.Count, 4), Plan.Input.Data.Slot);
        _backend.Upload<int>(TestValues.Labels(items, Plan.Output.Shape.Count, 5), Plan.Labels.Slot);
    }

    /// <summary>Runs forward and backward as the plan does, but fills dead memory with NaN after every op.</summary>
    public void RunPoisoning(in PlanRun run)
    {
        PlanBuffer scratch = Plan.Buffers.First(buffer => buffer.Name == "scratch");
        int time = 0;
        foreach (Step<float> step in Plan.Steps)
        {
            step.Forward(_backend, run, scratch);
            Poison(time++);
        }

        foreach (Step<float> step in Plan.Steps.Reverse())
        {
            step.Backward(_backend, run, scratch);
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

        MemoryBlock arena = Plan.Input.Data.Slot.Block;
        byte[] bytes = new byte[Plan.ArenaBytes];
        _backend.Download<byte>(arena.Slot(0, bytes.Length), bytes);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = alive[i] ? bytes[i] : (byte)0xFF;
        }

        _backend.Upload<byte>(bytes, arena.Slot(0, bytes.Length));
    }

    public float[] Losses(int items) => Read(Plan.Losses.Slot, items);

    public float[] Probabilities(int items) => Read(Plan.Output.Data.Slot, items * Plan.Output.Shape.Count);

    public float[] Gradients() => [.. _parameters.All.SelectMany(parameter => Read(parameter.Gradient, parameter.Count))];

    public void Dispose()
    {
        Plan.Dispose();
        _parameters.Dispose();
    }

    private float[] Read(Slot slot, int count)
    {
        float[] values = new float[count];
        _backend.Download<float>(slot, values);
        return values;
    }
}
