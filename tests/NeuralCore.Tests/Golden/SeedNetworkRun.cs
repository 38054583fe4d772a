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
    private readonly Value _input;
    private readonly LossValues _loss;
    private readonly PlanRun _run = new(SeedNetwork.Items, Training: true, HasTargets: true, Seed: 0, Step: 0);

    private SeedNetworkRun(IBackend<T> backend, bool fuse)
    {
        _backend = backend;
        NetworkDescription description = new Sequential(SeedNetwork.Layers).Description;
        _input = description.Inputs[0];
        _loss = new SparseCategoricalCrossentropy().Build(description.Outputs[0]);
        using var network = new Network<T>(description, backend, FusionRules.All, states: 2, seed: 0);
        ParameterSet<T> parameters = network.Parameters;
        for (int i = 0; i < parameters.All.Count; i++)
        {
            backend.Upload<T>(Array.ConvertAll(SeedNetwork.FirstValues(i), T.CreateChecked), parameters.All[i].Slots.Values);
        }

        using (_plan = network.MakePlan(new PlanRequest
        {
            Inputs = [_input, _loss.Targets],
            Outputs = [description.Outputs[0], _loss.Losses, _loss.Hits!],
            Capacity = SeedNetwork.Items,
            Training = true,
            HasBackward = true,
            Fuse = fuse,
        }))
        {
            Forward();
            Logits = Read(_plan[_plan.Steps[^1].Node.Input], SeedNetwork.Items * 10);
            Probabilities = Read(_plan[description.Outputs[0]], SeedNetwork.Items * 10);
            Conv1 = Output(new Shape(26, 26, 32));
            Conv2 = Output(new Shape(24, 24, 64));
            Pool = Output(new Shape(12, 12, 64));
            Dense1 = Output(new Shape(SeedNetwork.Hidden));
            _plan.Backward(_run);
            DConv1 = fuse ? [] : Read(_plan.GradientOf(_plan.Steps[0].Node.Output)!.Value, SeedNetwork.Items * 26 * 26 * 32);
            Gradients = ReadAll(parameters, parameter => parameter.Slots.Gradient!.Value);

            Losses = new double[Steps + 1];
            for (int step = 0; step < Steps; step++)
            {
                if (step > 0)
                {
                    Forward();
                    _plan.Backward(_run);
                }

                Losses[step] = Read(_plan[_loss.Losses], SeedNetwork.Items).Average();
                UpdateRange all = parameters.Ranges([]).Single();
                backend.Update(new AdamRule { Step = AdamStep.At(step + 1, 0.001) }, all.Count, all.Values, all.Gradients, all.State);
            }

            Forward();
            LogitsAfter = Read(_plan[_plan.Steps[^1].Node.Input], SeedNetwork.Items * 10);
            Losses[Steps] = Read(_plan[_loss.Losses], SeedNetwork.Items).Average();
            After = ReadAll(parameters, parameter => parameter.Slots.Values);
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

    private void Forward()
    {
        _backend.Upload<T>(Array.ConvertAll(SeedNetwork.Images(), T.CreateChecked), _plan[_input]);
        _backend.Upload<int>(SeedNetwork.Labels(), _plan[_loss.Targets]);
        _plan.Forward(_run);
    }

    /// <summary>What the last step of this output shape gave; nothing where fusion left no such step.</summary>
    private double[] Output(Shape shape) => _plan.Steps.LastOrDefault(step => step.Node.Output.Shape == shape) is { } last
        ? Read(_plan[last.Node.Output], SeedNetwork.Items * shape.Count)
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
