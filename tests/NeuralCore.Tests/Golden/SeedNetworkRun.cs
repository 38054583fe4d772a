using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore.Tests.Golden;

/// <summary>
/// What a backend makes of the network: everything on the way through the first step, then five steps of Adam on the same batch.
/// All values are read back as double, in the engine's layouts.
/// </summary>
internal sealed class SeedNetworkRun<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Steps = 5;

    private readonly IBackend<T> _backend;
    private readonly Plan<T> _plan;
    private readonly PlanRun _run = new(SeedNetwork.Items, Training: true, HasLabels: true, Seed: 0, Step: 0);

    private SeedNetworkRun(IBackend<T> backend, bool fuse)
    {
        _backend = backend;
        using ParameterSet<T> parameters = Parameters(backend);
        string[] names = [.. SeedNetwork.Layers.Select(layer => layer.Kind)];
        var lowering = new Lowering<T>(SeedNetwork.Layers, names, parameters.All, SeedNetwork.Items, training: true, fuse);
        using (_plan = new Plan<T>(backend, lowering))
        {
            Forward();
            Logits = Read(_plan.Steps[^1].Input.Data.Slot, SeedNetwork.Items * 10);
            Probabilities = Read(_plan.Output.Data.Slot, SeedNetwork.Items * 10);
            Conv1 = Output(new Shape(26, 26, 32));
            Conv2 = Output(new Shape(24, 24, 64));
            Pool = Output(new Shape(12, 12, 64));
            Dense1 = Output(new Shape(SeedNetwork.Hidden));
            _plan.Backward(_run);
            DConv1 = fuse ? [] : Read(_plan.Steps[0].Output.Gradient!.Slot, SeedNetwork.Items * 26 * 26 * 32);
            Gradients = ReadAll(parameters, parameter => parameter.Gradient);

            Losses = new double[Steps + 1];
            for (int step = 0; step < Steps; step++)
            {
                if (step > 0)
                {
                    Forward();
                    _plan.Backward(_run);
                }

                Losses[step] = Read(_plan.Losses.Slot, SeedNetwork.Items).Average();
                ParameterRange all = parameters.Without([]).Single();
                backend.Adam(
                    AdamStep.At(step + 1, 0.001), all.Count, all.Values, all.Gradients, all.M, all.V);
            }

            Forward();
            LogitsAfter = Read(_plan.Steps[^1].Input.Data.Slot, SeedNetwork.Items * 10);
            Losses[Steps] = Read(_plan.Losses.Slot, SeedNetwork.Items).Average();
            After = ReadAll(parameters, parameter => parameter.Value);
        }
    }

    public double[] Logits { get; }

    public double[] Probabilities { get; }

    /// <summary>All images' output of the first convolution, behind its ReLU; empty where it was fused with the second.</summary>
    public double[] Conv1 { get; }

    /// <summary>The same of the second; empty where it was fused with the pooling.</summary>
    public double[] Conv2 { get; }

    public double[] Pool { get; }

    public double[] Dense1 { get; }

    /// <summary>The gradient with respect to the first convolution's output, before its ReLU; empty where it was fused with the second.</summary>
    public double[] DConv1 { get; }

    /// <summary>The first step's gradients, in model order.</summary>
    public IReadOnlyList<double[]> Gradients { get; }

    /// <summary>The mean loss before each step and after the last.</summary>
    public double[] Losses { get; }

    public double[] LogitsAfter { get; }

    /// <summary>The parameters after the last step.</summary>
    public IReadOnlyList<double[]> After { get; }

    public static SeedNetworkRun<T> Of(IBackend<T> backend, bool fuse) => new(backend, fuse);

    private static ParameterSet<T> Parameters(IBackend<T> backend)
    {
        var specs = new List<(string, ParameterSpec)>();
        Shape shape = default;
        foreach (Layer layer in SeedNetwork.Layers)
        {
            specs.AddRange(layer.Parameters(shape).Select(spec => (spec.Name, spec)));
            shape = layer.OutputShape(shape);
        }

        ParameterSet<T> parameters = ParameterSet<T>.Create(backend, specs, seed: 0);
        for (int i = 0; i < parameters.All.Count; i++)
        {
            backend.Upload<T>(Array.ConvertAll(SeedNetwork.FirstValues(i), T.CreateChecked), parameters.All[i].Value);
        }

        return parameters;
    }

    private void Forward()
    {
        _backend.Upload<T>(Array.ConvertAll(SeedNetwork.Images(), T.CreateChecked), _plan.Input.Data.Slot);
        _backend.Upload<int>(SeedNetwork.Labels(), _plan.Labels.Slot);
        _plan.Forward(_run);
    }

    /// <summary>What the last step of this output shape gave; nothing where fusion left no such step.</summary>
    private double[] Output(Shape shape) => _plan.Steps.LastOrDefault(step => step.Output.Shape == shape) is { } last
        ? Read(last.Output.Data.Slot, SeedNetwork.Items * shape.Count)
        : [];

    private List<double[]> ReadAll(ParameterSet<T> parameters, Func<Parameter, Slot> slot) =>
        [.. parameters.All.Select(parameter => Read(slot(parameter), parameter.Count))];

    private double[] Read(Slot slot, int count)
    {
        var values = new T[count];
        _backend.Download<T>(slot, values);
        return Array.ConvertAll(values, double.CreateChecked);
    }
}
