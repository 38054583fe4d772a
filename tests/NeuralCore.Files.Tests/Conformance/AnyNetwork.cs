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
        using var network = new Network<float>(model.Description, backend, FusionRules.All, states: 0, seed: 0);
        foreach ((ModelParameter own, ModelParameter parameter) in ModelParameter.Of(network).Zip(model.Parameters))
        {
            own.Write(parameter.Read());
        }

        using Plan<float> plan = network.MakePlan(new PlanRequest { Inputs = model.Inputs, Outputs = model.Outputs, Capacity = items });
        foreach ((Value input, float[] values) in model.Inputs.Zip(inputs))
        {
            float[] prepared = [.. values];
            for (int item = 0; item < items; item++)
            {
                input.Preprocessing.Apply(input.Shape, prepared.AsSpan(item * input.Shape.Count, input.Shape.Count));
            }

            backend.Upload<float>(prepared, plan[input]);
        }

        plan.Forward(new PlanRun(items, Training: false, HasTargets: false, Seed: 0, Step: 0));
        return [.. model.Outputs.Select(output =>
        {
            var values = new float[items * output.Shape.Count];
            backend.Download<float>(plan[output], values);
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
