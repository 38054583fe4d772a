using NeuralCore.Tests.Ops;

namespace NeuralCore.Tests.Golden;

/// <summary>
/// A residual network with batch normalization against PyTorch: its gradients, three steps of SGD with momentum, and what it predicts then. PyTorch's
/// moving variance divides by one element less than ours; the values here are taken from one to the other.
/// </summary>
internal static class ResidualNetwork
{
    private const int Items = 16;

    private static readonly GoldenCase Golden = GoldenCase.Open("net-residual");

    /// <summary>The normalizations, and the elements of each channel in the batch.</summary>
    private static readonly (string Name, int Count)[] Norms = [("bn0", Items * 14 * 14), ("bn1", Items * 7 * 7), ("bn2", Items * 7 * 7), ("bn3", Items * 7 * 7)];

    /// <summary>Three steps of training, one op after the other.</summary>
    public static void CheckTraining(IBackend<float> backend, double slack)
    {
        int[] labels = [.. Golden.Attributes.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
        using var tape = new Tape(backend);
        Tensor images = tape.Constant(Images());
        var network = new Network(name => Golden.Input(name), Moving0);
        var optimizer = new SGD(0.05, momentum: 0.9);
        var loss = new SparseCategoricalCrossentropy(fromLogits: true);
        for (int step = 0; step < 3; step++)
        {
            Tensor logits = network.Apply(tape, images);
            Tensor mean = tape.Loss(loss, logits, labels);
            double expected = Golden.Truth($"loss_{step}")[0];
            Agreement.Within($"loss {step}", 0, expected, 2e-6 * Math.Max(1, expected), mean.Scalar);
            Gradients gradients = tape.Gradients(mean);
            for (int i = 0; step == 0 && i < network.Names.Count; i++)
            {
                if (network.Names[i].Contains("running", StringComparison.Ordinal))
                {
                    continue;
                }

                Close("g_" + network.Names[i], slack * 2e-5, gradients[tape.Variables[i]].ToArray());
            }

            if (step == 0)
            {
                Close("logits", 2e-5, logits.ToArray());
            }

            tape.Update(optimizer, gradients);
        }

        for (int i = 0; i < network.Names.Count; i++)
        {
            Close("after3_" + network.Names[i], slack * 2e-6, tape.Variables[i].ToArray());
        }
    }

    /// <summary>Prediction by what PyTorch's weights and statistics were after them.</summary>
    public static void CheckPrediction(IBackend<float> backend)
    {
        using var tape = new Tape(backend, training: false);
        var network = new Network(name => Values("after3_" + name), (norm, what) => Values($"after3_{norm}.running_{what}"));
        Close("predict_after3", 5e-6, network.Apply(tape, tape.Constant(Images())).ToArray());
    }

    private static Tensor Images() => Tensor.From(Golden.Input("x"), [Items, 28, 28, 1]);

    private static float[] Moving0(string norm, string what) => [.. Enumerable.Repeat(what == "mean" ? 0f : 1f, norm == "bn0" ? 6 : 10)];

    private static float[] Values(string name) => Array.ConvertAll(Golden.Truth(name), value => (float)value);

    /// <summary>Compares with the truth in our layout.</summary>
    private static void Close(string name, double tolerance, float[] actual)
    {
        bool isVariance = name.EndsWith("running_var", StringComparison.Ordinal);
        double[] truth = InOurLayout(Golden.Truth(name), Golden.Shape(name, "f64"));
        if (isVariance)
        {
            // Three times 0.9 of what was there and 0.1 of a variance; what was there before all was 1.
            int count = Norms.Single(norm => name.Contains(norm.Name, StringComparison.Ordinal)).Count;
            truth = Array.ConvertAll(truth, value => 0.729 + ((value - 0.729) * (count - 1) / count));
        }

        Agreement.Within(name, truth, tolerance * truth.Max(Math.Abs), actual);
    }

    private static T[] InOurLayout<T>(T[] values, int[] shape) => shape.Length switch
    {
        4 => Layout.ToHwio(values, shape),
        2 when shape[0] != Items => Layout.Transpose(values, shape[0], shape[1]),
        _ => values,
    };

    /// <summary>The layers, and the names of their weights in PyTorch in the order in which a tape makes variables of them.</summary>
    private sealed class Network
    {
        private readonly Func<string, float[]> _weights;
        private readonly Layer _stem;
        private readonly Layer _first;
        private readonly Layer _second;
        private readonly Layer _projection;
        private readonly Layer[] _norms;
        private readonly Layer _dense;

        public Network(Func<string, float[]> weights, Func<string, string, float[]> moving)
        {
            _weights = weights;
            (_stem, _first) = (Conv("stem", 6, 3, 2, 1), Conv("c1", 10, 3, 2, 1));
            (_second, _projection) = (Conv("c2", 10, 3, 1, 1), Conv("proj", 10, 1, 2, 0));
            _norms = [.. Norms.Select(norm => new BatchNormalization(momentum: 0.9)
            {
                GammaInitializer = new GivenValues(weights(norm.Name + ".weight")),
                BetaInitializer = new GivenValues(weights(norm.Name + ".bias")),
                MovingMeanInitializer = new GivenValues(moving(norm.Name, "mean")),
                MovingVarianceInitializer = new GivenValues(moving(norm.Name, "var")),
            })];
            _dense = new Dense(10, kernelInitializer: Kernel("fc", [10, 10]), biasInitializer: new GivenValues(weights("fc.bias")));
        }

        public IReadOnlyList<string> Names { get; } =
        [
            "stem.weight", .. OfNorm("bn0"), "c1.weight", .. OfNorm("bn1"), "c2.weight", .. OfNorm("bn2"), "proj.weight", .. OfNorm("bn3"), "fc.weight", "fc.bias",
        ];

        public Tensor Apply(Tape tape, Tensor images)
        {
            Tensor stem = tape.Apply(new ReLU(), tape.Apply(_norms[0], tape.Apply(_stem, images)));
            Tensor inner = tape.Apply(new ReLU(), tape.Apply(_norms[1], tape.Apply(_first, stem)));
            Tensor main = tape.Apply(_norms[2], tape.Apply(_second, inner)), side = tape.Apply(_norms[3], tape.Apply(_projection, stem));
            Tensor sum = tape.Apply(new ReLU(), tape.Apply(new Add(), main, side));
            return tape.Apply(_dense, tape.Apply(new GlobalAveragePooling2D(), sum));
        }

        private static string[] OfNorm(string name) => [name + ".weight", name + ".bias", name + ".running_mean", name + ".running_var"];

        private Conv2D Conv(string name, int filters, int kernel, int stride, int padding) =>
            new(filters, kernel, stride, useBias: false, kernelInitializer: Kernel(name, Golden.Shape(name + ".weight"))) { ExplicitPadding = padding };

        private GivenValues Kernel(string name, int[] shape) => new(InOurLayout(_weights(name + ".weight"), shape));
    }
}
