using NeuralCore.Ops;
using NeuralCore.Tests.Training;
using Xunit;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// The whole way of a training step, from layers through lowering, fusion and the memory plan to the gradients of every
/// parameter, in double against central differences of the loss.
/// </summary>
public sealed class NetworkGradientTests
{
    private const int Capacity = 4;

    private static readonly Layer[] Layers =
    [
        new Input(new Shape(9, 8, 2)),
        new Conv2D(5, 3, padding: Padding.Same, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Conv2D(4, 2),
        new ReLU(),
        new MaxPooling2D(2, 1),
        new Dropout(0.25),
        new Flatten(),
        new Dense(7, Activation.Relu),
        new Dropout(0.5),
        new Dense(3, Activation.Softmax),
    ];

    /// <summary>
    /// The seeds are fixed, and none of them puts a ReLU or a maximum within reach of its kink. Random ones would, about
    /// once in a thousand.
    /// </summary>
    [Theory]
    [InlineData(1, 4, false)]
    [InlineData(1, 4, true)]
    [InlineData(2, 3, false)]
    [InlineData(2, 3, true)]
    [InlineData(3, 1, true)]
    public void Every_parameter_of_a_network(int seed, int items, bool fuse)
    {
        using var backend = new ReferenceBackend<double>();
        NetworkDescription description = new Sequential(Layers).Description;
        using var network = new Network<double>(description, backend, FusionRules.All, states: 0, (ulong)seed);
        LossValues loss = new SparseCategoricalCrossentropy().Build(description.Outputs[0]);
        using Plan<double> plan = network.MakePlan(PlannedNetwork.RequestOf(description, loss, Capacity, training: true, fuse) with { Update = null });
        ParameterSet<double> parameters = network.Parameters;
        Perturb(backend, parameters, seed);

        var run = new PlanRun(items, Training: true, HasTargets: true, Seed: 11, Step: 5);
        Forward();
        plan.Backward(run);
        double[][] gradients = [.. parameters.All.Select(p => Download(backend, p.Slots.Gradient!.Value, p.Count))];
        double[] mean = [.. Enumerable.Repeat(1.0 / items, items)];
        for (int i = 0; i < gradients.Length; i++)
        {
            Parameter parameter = parameters.All[i];
            double[] values = Download(backend, parameter.Slots.Values, parameter.Count);
            double[] Losses()
            {
                backend.Upload<double>(values, parameter.Slots.Values);
                Forward();
                return Download(backend, plan[loss.Losses], items);
            }

            CentralDifferences.Check(parameter.Name, values, Losses, mean, gradients[i]);
            backend.Upload<double>(values, parameter.Slots.Values);
        }

        Assert.All(gradients, gradient => Assert.Contains(gradient, g => g != 0));

        // The batch is uploaded each time: once forward has read it, other buffers may lie in its place.
        void Forward()
        {
            Upload(backend, plan, description.Inputs[0], loss.Targets, seed);
            plan.Forward(run);
        }
    }

    private static void Upload(ReferenceBackend<double> backend, Plan<double> plan, Value input, Value labels, int seed)
    {
        var random = new Random(seed);
        double[] items = [.. Enumerable.Range(0, Capacity * input.Shape.Count).Select(_ => random.NextDouble())];
        backend.Upload<double>(items, plan[input]);
        backend.Upload<int>(TestValues.Labels(Capacity, 3, seed), plan[labels]);
    }

    /// <summary>Biases begin at zero, where ReLU has its kink behind an empty window; here they begin elsewhere.</summary>
    private static void Perturb(ReferenceBackend<double> backend, ParameterSet<double> parameters, int seed)
    {
        var random = new Random(seed);
        foreach (Parameter parameter in parameters.All)
        {
            double[] values = Download(backend, parameter.Slots.Values, parameter.Count);
            backend.Upload<double>(Array.ConvertAll(values, v => v + (0.2 * (random.NextDouble() - 0.5))), parameter.Slots.Values);
        }
    }

    private static double[] Download(ReferenceBackend<double> backend, NeuralCore.Slot slot, int count)
    {
        double[] values = new double[count];
        backend.Download<double>(slot, values);
        return values;
    }
}
