using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore.Files.Tests.Conformance;

/// <summary>Runs a network of any number of inputs and outputs.</summary>
internal static class AnyNetwork
{
    /// <summary>What a compiled model gives.</summary>
    /// <param name="model">The model; its inputs are prepared as it says.</param>
    /// <param name="inputs">The numbers of each input, item by item.</param>
    /// <param name="items">The number of items.</param>
    public static float[][] Run(Model model, IReadOnlyList<float[]> inputs, int items)
    {
        using IBackend<float> backend = CpuBackend.Create();
        return Run(model, inputs, items, backend, FusionRules.All, value => value);
    }

    /// <summary>The same in double precision, from which results in single precision differ by their rounding.</summary>
    public static double[][] RunExactly(Model model, IReadOnlyList<float[]> inputs, int items)
    {
        using var backend = new ReferenceBackend<double>();
        return Run(model, inputs, items, backend, FusionRules.All, value => value);
    }

    /// <summary>The same in double precision with a <see cref="RandomRounding"/> of what each operation gives.</summary>
    public static double[][] RunRounded(Model model, IReadOnlyList<float[]> inputs, int items, Random random)
    {
        using var backend = new ReferenceBackend<double>();
        return Run(model, inputs, items, backend, rules: [], value => value, plan => new RandomRounding(plan, backend, items, random));
    }

    private static T[][] Run<T>(
        Model model, IReadOnlyList<float[]> inputs, int items, IBackend<T> backend, IReadOnlyList<FusionRule> rules, Converter<float, T> convert, Func<Plan<T>, IStepClock>? clock = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var network = new Network<T>(model.Description, backend, rules, states: 0, seed: 0);
        foreach ((Parameter own, ModelParameter parameter) in network.Parameters.All.Zip(model.Parameters))
        {
            backend.Upload<T>(Array.ConvertAll(parameter.Read(), convert), own.Slots.Values);
        }

        using Plan<T> plan = network.MakePlan(new PlanRequest { Inputs = model.Inputs, Outputs = model.Outputs, Capacity = items });
        foreach ((Value input, float[] values) in model.Inputs.Zip(inputs))
        {
            float[] prepared = [.. values];
            for (int item = 0; item < items; item++)
            {
                input.Preprocessing.Apply(input.Shape, prepared.AsSpan(item * input.Shape.Count, input.Shape.Count));
            }

            backend.Upload<T>(Array.ConvertAll(prepared, convert), plan[input]);
        }

        plan.Forward(new PlanRun(items, Training: false, HasTargets: false, Seed: 0, Step: 0), clock?.Invoke(plan));
        return [.. model.Outputs.Select(output =>
        {
            var values = new T[items * output.Shape.Count];
            backend.Download<T>(plan[output], values);
            return values;
        })];
    }
}

/// <summary>The order of axes of batches of images.</summary>
internal static class Images
{
    /// <summary>From batch, channels, rows, columns to batch, rows, columns, channels.</summary>
    public static float[] ToChannelsLast(float[] values, IReadOnlyList<int> dims)
    {
        (int items, int channels, int area) = (dims[0], dims[1], dims[2] * dims[3]);
        var moved = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int item = i / (channels * area), channel = i / area % channels, place = i % area;
            moved[(((item * area) + place) * channels) + channel] = values[i];
        }

        return moved;
    }

    /// <summary>From batch, rows, columns, channels to batch, channels, rows, columns.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="dims">The extents that they get.</param>
    public static float[] ToChannelsFirst(float[] values, IReadOnlyList<int> dims)
    {
        (int channels, int area) = (dims[1], dims[2] * dims[3]);
        var moved = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int item = i / (channels * area), channel = i / area % channels, place = i % area;
            moved[i] = values[(((item * area) + place) * channels) + channel];
        }

        return moved;
    }
}
