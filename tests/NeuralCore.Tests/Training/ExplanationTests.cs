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
        for (int layer = 0; layer < whole.Layers.Count; layer++)
        {
            Shape shape = layer == 0 ? whole.Input.Shape : whole.Summary.Layers[layer - 1].OutputShape;
            float[] activations = layer == 0 ? whole.Prepared(item) : whole.Activations(item, whole.Layers[layer - 1]);
            Assert.Equal(shape.Count, activations.Length);

            using var rest = new Sequential([new Input(shape), .. whole.Layers.Skip(layer)]);
            rest.Compile(backend: CpuBackend.Create(1), fuse: false);
            foreach ((ModelParameter to, ModelParameter from) in rest.Parameters.Reverse().Zip(whole.Parameters.Reverse()))
            {
                to.Write(from.Read());
            }

            Agreement.SameBits($"before {whole.NameOf(whole.Layers[layer])}", expected, rest.Predict((ReadOnlySpan<float>)activations));
        }
    }

    [Fact]
    public void Many_items_give_what_each_gives_alone()
    {
        using Sequential model = Trained(TestNetworks.Small, fuse: true);
        LabelledImages images = TestNetworks.Bars(7, 9);
        foreach (Layer layer in model.Layers)
        {
            float[] all = model.Activations(images, layer, batchSize: 3);
            int width = all.Length / images.Count;
            for (int i = 0; i < images.Count; i++)
            {
                var item = new float[images.ItemShape.Count];
                images.ReadItem(i, item);
                Agreement.SameBits($"{model.NameOf(layer)} of item {i}", model.Activations(item, layer), all.AsSpan(i * width, width).ToArray());
            }
        }

        Assert.Throws<ArgumentException>(() => model.Activations(new LabelledImages(new byte[9], new byte[1], 3, 3, 3), model.Layers[0]));
    }

    [Fact]
    public void The_last_layer_answers_probabilities_and_the_first_the_item_as_preprocessed()
    {
        using Sequential model = Trained(TestNetworks.Small, fuse: true);
        float[] item = Item();
        Assert.Equal(model.Predict(item), model.Activations(item, model.Layers[^1]));
        Assert.Equal(Array.ConvertAll(item, x => x / 255), model.Prepared(item));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_input_gradient_is_the_slope_of_a_score(bool fuse)
    {
        using Sequential model = Trained(TestNetworks.Small, fuse);
        float[] item = Item();
        using IBackend<double> backend = new ReferenceBackend<double>();
        Value scores = ((SoftmaxNode)model.Output.Maker!).Input;
        using var network = Doubled(backend, model);
        using Plan<double> plan = network.MakePlan(new PlanRequest
        {
            Inputs = [model.Input],
            Outputs = [scores],
            Capacity = 1,
            HasBackward = true,
            Seeds = [scores],
            WithGradient = [model.Input],
            Fuse = fuse,
        });
        double[] pixels = TestValues.Widen(model.Prepared(item));
        for (int label = 0; label < model.Classes; label++)
        {
            double[] pick = new double[model.Classes];
            pick[label] = 1;
            Scores();
            backend.Upload<double>(pick, plan.GradientOf(scores)!.Value);
            plan.Backward(Rest);
            double[] gradient = new double[pixels.Length];
            backend.Download<double>(plan.GradientOf(model.Input)!.Value, gradient);

            CentralDifferences.Check($"d score {label}", pixels, Scores, pick, gradient);
            Agreement.Within($"d score {label} in float", gradient, 1e-5 * gradient.Max(Math.Abs), model.InputGradient(item, label));
            Assert.Contains(gradient, slope => slope != 0);
        }

        double[] Scores()
        {
            backend.Upload<double>(pixels, plan[model.Input]);
            plan.Forward(Rest);
            double[] values = new double[model.Classes];
            backend.Download<double>(plan[scores], values);
            return values;
        }
    }

    /// <summary>The slope of a score by what each layer gives: of a chain, and of a network in which something goes around the layer.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_gradient_of_a_layer_is_the_slope_of_a_score(bool branches, bool fuse)
    {
        using Model model = branches ? Branched(fuse) : Trained(TestNetworks.Small, fuse);
        float[] item = Item();
        Value scores = ((SoftmaxNode)model.Output.Maker!).Input;
        foreach (LayerCall call in model.Calls.Where(call => call.Output != scores && call.Output != model.Output))
        {
            using IBackend<double> backend = new ReferenceBackend<double>();
            using var network = Doubled(backend, model);
            using Plan<double> plan = network.MakePlan(new PlanRequest { Inputs = [model.Input, call.Output], Outputs = [scores], Capacity = 1, Fuse = false });
            double[] pixels = TestValues.Widen(model.Prepared(item)), activations = TestValues.Widen(model.Activations(item, call.Layer));
            double[] pick = new double[model.Classes];
            pick[1] = 1;
            float[] gradient = model.ActivationGradient(item, call.Layer, 1);
            Assert.Contains(gradient, slope => slope != 0);

            // In float the slope has errors of rounding, and a central difference in double all but none: both are held against the largest slope.
            double largest = gradient.Max(Math.Abs);
            for (int i = 0; i < activations.Length; i++)
            {
                const double Step = 1e-6;
                double value = activations[i], above = Score(i, value + Step), below = Score(i, value - Step);
                activations[i] = value;
                Assert.True(
                    Math.Abs(((above - below) / (2 * Step)) - gradient[i]) < 1e-5 * largest || IsKink(i, value, above, below),
                    $"d score / d {model.NameOf(call.Layer)}[{i}] is {(above - below) / (2 * Step)}, and {gradient[i]} was computed.");
            }

            double Score(int i, double value)
            {
                activations[i] = value;
                backend.Upload<double>(pixels, plan[model.Input]);
                backend.Upload<double>(activations, plan[call.Output]);
                plan.Forward(Rest);
                double[] values = new double[model.Classes];
                backend.Download<double>(plan[scores], values);
                return values[1];
            }

            // Where pooling chooses between values that are nearly the same, the slope to the left is another one than that to the right.
            bool IsKink(int i, double value, double above, double below)
            {
                double middle = Score(i, value);
                return Math.Abs(above - (2 * middle) + below) > 1e-9 * largest;
            }
        }
    }

    [Fact]
    public void Looking_does_not_disturb_training()
    {
        using Sequential looked = Trained(TestNetworks.Small, fuse: true), left = Trained(TestNetworks.Small, fuse: true);
        looked.InputGradient(Item(), 1);
        looked.Activations(Item(), looked.Layers[2]);
        looked.ActivationGradient(Item(), looked.Layers[0], 1);
        looked.Fit(TestNetworks.Bars(40, 1), batchSize: 20);
        left.Fit(TestNetworks.Bars(40, 1), batchSize: 20);
        Assert.Equal(left.WeightsSha256(), looked.WeightsSha256());
    }

    [Fact]
    public void What_is_not_there_can_not_be_looked_at()
    {
        using Sequential model = Trained(TestNetworks.Small, fuse: true);
        Assert.Throws<ArgumentException>(() => model.Activations(Item(), new Flatten()));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.InputGradient(Item(), model.Classes));
        Assert.Throws<ArgumentException>(() => model.Activations(new float[63], model.Layers[0]));
        Assert.Throws<ArgumentException>(() => model.InputGradient(new float[63], 1));
        Assert.Throws<ArgumentException>(() => model.ActivationGradient(Item(), new Flatten(), 1));
        Assert.Throws<ArgumentException>(() => model.ActivationGradient(Item(), model.Layers[^1], 1));
        Assert.Throws<ArgumentException>(() => model.ActivationGradient(new float[63], model.Layers[0], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.ActivationGradient(Item(), model.Layers[0], -1));
        Assert.Throws<InvalidOperationException>(() => new Sequential(TestNetworks.Small).InputGradient(Item(), 1));
    }

    private static PlanRun Rest => new(1, Training: false, HasTargets: false, Seed: 0, Step: 0);

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

    /// <summary>A network in which what the first convolution gives is added to what the second makes of it.</summary>
    private static Model Branched(bool fuse)
    {
        Value x = Value.Input(TestNetworks.Bars(1, 1).ItemShape, Preprocessing.Scale);
        Value a = new Conv2D(4, 3, padding: Padding.Same, activation: Activation.Relu).Apply(x);
        Value b = new Conv2D(4, 3, padding: Padding.Same).Apply(a);
        Value y = new ReLU().Apply(new Add().Apply(a, b));
        var model = new Model(x, new Dense(TestNetworks.Bars(1, 1).Classes, Activation.Softmax).Apply(new GlobalAveragePooling2D().Apply(new MaxPooling2D(2).Apply(y))));
        model.Compile(backend: CpuBackend.Create(1), seed: 5, fuse: fuse);
        model.Fit(TestNetworks.Bars(100, 1), batchSize: 20);
        return model;
    }

    private static Network<double> Doubled(IBackend<double> backend, Model model)
    {
        var network = new Network<double>(model.Description, backend, FusionRules.All, states: 0, seed: 1);
        foreach ((Parameter to, ModelParameter from) in network.Parameters.All.Zip(model.Parameters))
        {
            backend.Upload<double>(TestValues.Widen(from.Read()), to.Slots.Values);
        }

        return network;
    }
}
