using NeuralCore.Tests.Ops;

namespace NeuralCore.Tests.Golden;

/// <summary>
/// A network with one convolution in three places, sums of three values and of a value with itself, against PyTorch: its gradients, three steps of SGD
/// with momentum, and what it predicts then.
/// </summary>
internal static class SharedNetwork
{
    private const int Items = 16;

    private static readonly GoldenCase Golden = GoldenCase.Open("net-shared");

    private static readonly string[] Names = ["stem.weight", "stem.bias", "c.weight", "c.bias", "fc.weight", "fc.bias"];

    private static readonly SparseCategoricalCrossentropy Loss = new(fromLogits: true);

    private static int[] Labels => [.. Golden.Attributes.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];

    /// <summary>One by one, as a tape runs them.</summary>
    public static void CheckGradients(IBackend<float> backend)
    {
        using var tape = new Tape(backend);
        Tensor logits = tape.Apply(new Network(), tape.Constant(Tensor.From(Golden.Input("x"), [Items, 28, 28, 1])));
        Gradients gradients = tape.Gradients(tape.Loss(Loss, logits, Labels));
        Close("logits", 2e-6, logits.ToArray());
        foreach ((string name, Tensor weight) in Names.Zip(tape.Variables))
        {
            Close("g_" + name, 2e-6, gradients[weight].ToArray());
        }
    }

    /// <summary>As a model. A batch is all items, in another order than PyTorch's.</summary>
    public static void CheckTraining(IBackend<float> backend, bool fuse)
    {
        Value input = Value.Input(new Shape(28, 28, 1));
        using var model = new Model(input, new Network().Apply(input));
        model.Compile(new SGD(0.05, momentum: 0.9), Loss, backend: backend, fuse: fuse);
        History history = model.Fit(Golden.Input("x"), Labels, epochs: 3, batchSize: Items);
        for (int step = 0; step < 3; step++)
        {
            double expected = Golden.Truth($"loss_{step}")[0];
            Agreement.Within("loss", step, expected, 1e-6 * expected, history["loss"][step]);
        }

        foreach ((string name, ModelParameter parameter) in Names.Zip(model.Parameters))
        {
            Close("after3_" + name, 2e-6, parameter.Read());
        }

        float[] predictions = [.. Golden.Input("x").Chunk(28 * 28).SelectMany(image => model.Predict(image))];
        Close("predict_after3", 2e-6, predictions);
    }

    /// <summary>Compares with the truth in our layout, within a part of its largest element: PyTorch's own float32 is within 6e-7.</summary>
    private static void Close(string name, double tolerance, float[] actual)
    {
        double[] truth = InOurLayout(Golden.Truth(name), Golden.Shape(name, "f64"));
        Agreement.Within(name, truth, tolerance * truth.Max(Math.Abs), actual);
    }

    /// <summary>The dense kernel stands behind a flattening of 5 channels of 7x7, channels first.</summary>
    private static T[] InOurLayout<T>(T[] values, int[] shape) => shape switch
    {
        [10, 245] => Layout.ToHwio(values, 10, 5, 7, 7),
        { Length: 4 } => Layout.ToHwio(values, shape),
        _ => values,
    };

    private sealed class Network : Layer
    {
        private readonly Layer _stem = new Conv2D(5, 4, 4, activation: Activation.Elu, kernelInitializer: Given("stem.weight"), biasInitializer: Given("stem.bias"));

        private readonly Layer _shared = new Conv2D(
            5, 3, padding: Padding.Same, activation: Activation.Relu, kernelInitializer: Given("c.weight"), biasInitializer: Given("c.bias"));

        private readonly Layer _dense = new Dense(10, kernelInitializer: Given("fc.weight"), biasInitializer: Given("fc.bias"));

        public override Value Build(Value input)
        {
            Value a = _shared.Apply(_stem.Apply(input)), b = _shared.Apply(a), c = _shared.Apply(b);
            Value sum = new Add().Apply(a, b, c);
            return _dense.Apply(new Flatten().Apply(new Add().Apply(sum, sum)));
        }

        private static GivenValues Given(string name) => new(InOurLayout(Golden.Input(name), Golden.Shape(name)));
    }
}
