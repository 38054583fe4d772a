using NeuralCore.Data;
using NeuralCore.Simd;
using NeuralCore.Tests.Ops;
using NeuralCore.Tests.Training;
using Xunit;

namespace NeuralCore.Tests.Layers;

/// <summary>Batch normalization as a layer: gradients, moving averages, frozen layers, and weights that it is folded into.</summary>
public sealed class BatchNormalizationTests
{
    private static readonly LabelledImages Images = TestNetworks.Bars(50, 1);

    public static TheoryData<bool, bool, bool, bool> Options => new()
    {
        { true, true, true, false },
        { true, true, false, false },
        { false, true, true, false },
        { true, false, true, false },
        { false, false, true, true },
        { true, true, true, true },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Gradients_are_those_of_central_differences(bool center, bool scale, bool training, bool relu)
    {
        var options = new GradientCheckOptions { Training = training };
        Layer layer = new Chain([new BatchNormalization(center: center, scale: scale), .. relu ? [new ReLU()] : Array.Empty<Layer>()]);
        GradientReport report = GradientCheck.Run(layer, new Shape(3, 2, 4), batch: 3, options: options);
        Assert.True(report.Passed, report.ToString());
        report = GradientCheck.Run(new BatchNormalization(center: center, scale: scale) { Trainable = false }, new Shape(5), batch: 4, options: options);
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void Moving_averages_take_in_the_mean_and_the_variance_of_Keras()
    {
        using var tape = new Tape(CpuBackend.Create(1));
        var layer = new BatchNormalization(momentum: 0.75, epsilon: 1e-6);
        float[] y = tape.Apply(layer, tape.Constant(Tensor.From([1, 3, 5, 7], [4, 1]))).ToArray();
        Assert.Equal([-1.3416407f, -0.4472136f, 0.4472136f, 1.3416407f], y.Select(value => (float)Math.Round(value, 5)), (a, b) => Math.Abs(a - b) < 1e-5);

        // The variance is 20 / 4; PyTorch would take in 20 / 3.
        Assert.Equal([0.25f * 4, (0.75f * 1) + (0.25f * 5)], tape.Variables.Where(variable => !variable.WantsGradient).Select(variable => variable.ToArray()[0]));
    }

    [Fact]
    public void Training_moves_the_averages_and_a_frozen_layer_keeps_its_own()
    {
        using Sequential model = Trained(CpuBackend.Create(2)), frozen = Trained(CpuBackend.Create(2), frozen: true);
        Assert.All(States(model), state => Assert.Contains(state.Read(), value => value is not (0 or 1)));
        Assert.Equal(Enumerable.Repeat(0f, 5).Concat(Enumerable.Repeat(1f, 5)), States(frozen).Take(2).SelectMany(state => state.Read()));
        Assert.All(States(frozen).Skip(2), state => Assert.Contains(state.Read(), value => value is not (0 or 1)));
        Assert.All(frozen.Parameters.Where(p => p.Name.StartsWith("batch_normalization/", StringComparison.Ordinal)), p => Assert.False(p.IsTrained));
    }

    [Fact]
    public void Weights_and_averages_are_the_same_bits_on_any_threads_and_width()
    {
        using Sequential one = Trained(CpuBackend.Create(1));
        string expected = one.WeightsSha256();
        foreach ((int threads, SimdWidth width) in new[] { (3, SimdWidth.Auto), (2, SimdWidth.Bits128), (1, SimdWidth.Bits256), (2, SimdWidth.Bits512), (2, SimdWidth.Portable) })
        {
            using Sequential other = Trained(CpuBackend.Create(threads, width));
            Assert.True(expected == other.WeightsSha256() || !System.Runtime.Intrinsics.X86.Fma.IsSupported, $"{threads} threads, {width}");
        }
    }

    [Fact]
    public void A_restored_checkpoint_trains_on_to_the_same_bits()
    {
        using Sequential unbroken = Trained(CpuBackend.Create(1)), resumed = Compiled(CpuBackend.Create(2));
        foreach ((ModelParameter source, ModelParameter destination) in unbroken.Parameters.Zip(resumed.Parameters))
        {
            destination.Write(source.Read());
        }

        resumed.Restore(unbroken.TrainingState);
        unbroken.Fit(Images, epochs: 1, batchSize: 20);
        resumed.Fit(Images, epochs: 1, batchSize: 20);
        Assert.Equal(unbroken.WeightsSha256(), resumed.WeightsSha256());
    }

    [Fact]
    public void Prediction_folds_normalizations_into_the_weights_before_them()
    {
        using Sequential folded = Trained(CpuBackend.Create(1)), chain = Compiled(CpuBackend.Create(1), fuse: false), reference = Compiled(new ReferenceBackend<float>());
        Copy(folded, chain);
        Copy(folded, reference);
        float[] expected = Predicted(chain);

        // Scaled weights are rounded once more than the outputs would be: some parts in a million of numbers around one.
        Agreement.Within("folded", TestValues.Widen(expected), 5e-6, Predicted(folded));
        Agreement.Within("folded textbook loops", TestValues.Widen(expected), 5e-6, Predicted(reference));
        using IBackend<float> backend = CpuBackend.Create(1);
        using var network = new Network<float>(folded.Description, backend, NeuralCore.Ops.FusionRules.All, states: 0, seed: 1);
        using Plan<float> plan = PlanOf(folded, network);
        Assert.DoesNotContain(plan.Steps, step => step.Node is NeuralCore.Ops.BatchNormNode);
        Assert.Equal(4, plan.Steps.Count(step => step.Node is NeuralCore.Ops.BatchNormFoldNode));

        // What was folded follows the weights.
        folded.Fit(Images, epochs: 1, batchSize: 20);
        Copy(folded, chain);
        Agreement.Within("folded", TestValues.Widen(Predicted(chain)), 5e-6, Predicted(folded));
    }

    [Fact]
    public void What_does_not_fit_is_said_in_one_sentence()
    {
        Assert.Contains("epsilon of a batch normalization is positive", Assert.Throws<ArgumentException>(() => new BatchNormalization(epsilon: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("momentum from 0 to 1", Assert.Throws<ArgumentException>(() => new BatchNormalization(momentum: 1.5)).Message, StringComparison.Ordinal);
        var layer = new BatchNormalization();
        layer.Apply(Value.Input(new Shape(4, 4, 3)));
        Assert.Contains("Its gamma is 3", Assert.Throws<ArgumentException>(() => layer.Apply(Value.Input(new Shape(5)))).Message, StringComparison.Ordinal);
    }

    private static Plan<float> PlanOf(Sequential model, Network<float> network) =>
        network.MakePlan(new PlanRequest { Inputs = model.Description.Inputs, Outputs = model.Description.Outputs, Capacity = 2, KeepPrepared = true });

    private static float[] Predicted(Model model)
    {
        Predictions predictions = model.Predict(Images, 20);
        return [.. Enumerable.Range(0, predictions.Count).SelectMany(i => predictions[i].ToArray())];
    }

    private static IEnumerable<ModelParameter> States(Model model) => model.Parameters.Where(parameter => parameter.Role == WeightRole.State);

    private static void Copy(Model from, Model to)
    {
        foreach ((ModelParameter source, ModelParameter destination) in from.Parameters.Zip(to.Parameters))
        {
            destination.Write(source.Read());
        }
    }

    private static Sequential Trained(IBackend<float> backend, bool frozen = false)
    {
        Sequential model = Compiled(backend, frozen: frozen);
        model.Fit(Images, epochs: 2, batchSize: 20);
        return model;
    }

    private static Sequential Compiled(IBackend<float> backend, bool fuse = true, bool frozen = false)
    {
        var model = new Sequential(TestNetworks.Normalized(frozen));
        model.Compile(backend: backend, fuse: fuse);
        return model;
    }

    private sealed class Chain(Layer[] layers) : Layer
    {
        public override Value Build(Value input) => layers.Aggregate(input, (value, layer) => layer.Apply(value));
    }
}
