using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Tests.Training;

/// <summary>Looking into a network: what its layers answer, and what a score depends on.</summary>
public sealed class ExplanationTests
{
    /// <summary>A network cut off behind a layer, and the rest of it fed with what that layer answers, come to the same end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_rest_of_a_network_goes_on_from_the_activations_of_a_layer(bool wholeVectors)
    {
        using Sequential whole = Trained(wholeVectors ? TestNetworks.WholeVectors : TestNetworks.Small, fuse: false);
        ReadOnlySpan<float> item = Item();
        float[] expected = whole.Predict(item);
        for (int layer = 0; layer < whole.Layers.Count - 1; layer++)
        {
            Shape shape = layer == 0 ? whole.Input.Shape : whole.Summary.Layers[layer - 1].OutputShape;
            float[] activations = whole.Activations(item, layer);
            Assert.Equal(shape.Count, activations.Length);

            using var rest = new Sequential([new Input(shape), .. whole.Layers.Skip(layer + 1)]);
            rest.Compile(backend: CpuBackend.Create(1), fuse: false);
            foreach ((ModelParameter to, ModelParameter from) in rest.Parameters.Reverse().Zip(whole.Parameters.Reverse()))
            {
                to.Write(from.Read());
            }

            Agreement.SameBits($"behind {whole.LayerNames[layer]}", expected, rest.Predict((ReadOnlySpan<float>)activations));
        }
    }

    [Fact]
    public void The_last_layer_answers_probabilities_and_the_first_the_item_as_preprocessed()
    {
        using Sequential model = Trained(TestNetworks.Small, fuse: true);
        float[] item = Item();
        Assert.Equal(model.Predict(item), model.Activations(item, model.Layers.Count - 1));
        Assert.Equal(Array.ConvertAll(item, x => x / 255), model.Activations(item, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_input_gradient_is_the_slope_of_a_score(bool fuse)
    {
        using Sequential model = Trained(TestNetworks.Small, fuse);
        float[] item = Item();
        using var backend = new ReferenceBackend<double>();
        using var parameters = Doubled(backend, model);
        using var plan = new Plan<double>(
            backend, new Lowering<double>(TestNetworks.Small, [.. model.LayerNames], parameters.All, 1, training: true, fuse, explain: true));
        double[] pixels = TestValues.Widen(model.Activations(item, 0));
        for (int label = 0; label < model.Classes; label++)
        {
            double[] pick = new double[model.Classes];
            pick[label] = 1;
            Scores();
            backend.Upload<double>(pick, plan.Output.Gradient!.Slot);
            plan.Backward(Rest);
            double[] gradient = new double[pixels.Length];
            backend.Download<double>(plan.Input.Gradient!.Slot, gradient);

            CentralDifferences.Check($"d score {label}", pixels, Scores, pick, gradient);
            Agreement.Within($"d score {label} in float", gradient, 1e-5 * gradient.Max(Math.Abs), model.InputGradient(item, label));
            Assert.Contains(gradient, slope => slope != 0);
        }

        double[] Scores()
        {
            backend.Upload<double>(pixels, plan.Input.Data.Slot);
            plan.Forward(Rest);
            double[] scores = new double[model.Classes];
            backend.Download<double>(plan.Output.Data.Slot, scores);
            return scores;
        }
    }

    [Fact]
    public void Looking_does_not_disturb_training()
    {
        using Sequential looked = Trained(TestNetworks.Small, fuse: true), left = Trained(TestNetworks.Small, fuse: true);
        looked.InputGradient(Item(), 1);
        looked.Activations(Item(), 3);
        looked.Fit(TestNetworks.Bars(40, 1), batchSize: 20);
        left.Fit(TestNetworks.Bars(40, 1), batchSize: 20);
        Assert.Equal(left.WeightsSha256(), looked.WeightsSha256());
    }

    [Fact]
    public void What_is_not_there_can_not_be_looked_at()
    {
        using Sequential model = Trained(TestNetworks.Small, fuse: true);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Activations(Item(), model.Layers.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Activations(Item(), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.InputGradient(Item(), model.Classes));
        Assert.Throws<ArgumentException>(() => model.Activations(new float[63], 1));
        Assert.Throws<ArgumentException>(() => model.InputGradient(new float[63], 1));
        Assert.Throws<InvalidOperationException>(() => new Sequential(TestNetworks.Small).InputGradient(Item(), 1));
    }

    private static PlanRun Rest => new(1, Training: false, HasLabels: false, Seed: 0, Step: 0);

    private static float[] Item()
    {
        LabelledImages images = TestNetworks.Bars(1, 9);
        var item = new float[images.ItemShape.Count];
        images.ReadItem(0, item);
        return item;
    }

    private static Sequential Trained(Layer[] layers, bool fuse)
    {
        var model = new Sequential(layers);
        model.Compile(backend: CpuBackend.Create(1), seed: 5, fuse: fuse);
        model.Fit(TestNetworks.Bars(100, 1), batchSize: 20);
        return model;
    }

    private static ParameterSet<double> Doubled(ReferenceBackend<double> backend, Sequential model)
    {
        var specs = new List<(string, ParameterSpec)>();
        Shape shape = default;
        foreach (Layer layer in model.Layers)
        {
            specs.AddRange(layer.Parameters(shape).Select(spec => (layer.Kind, spec)));
            shape = layer.OutputShape(shape);
        }

        ParameterSet<double> parameters = ParameterSet<double>.Create(backend, specs, seed: 1);
        foreach ((Parameter to, ModelParameter from) in parameters.All.Zip(model.Parameters))
        {
            backend.Upload<double>(TestValues.Widen(from.Read()), to.Value);
        }

        return parameters;
    }
}
