using NeuralCore.Ops;
using NeuralCore.Tests.Ops;
using Xunit;

namespace NeuralCore.Tests.Golden;

/// <summary>
/// Every op of a backend against PyTorch, so that a misunderstanding which the textbook loops and the tests shared would show.
/// </summary>
public abstract partial class OpGoldenTests : IDisposable
{
    private readonly Lazy<IBackend<float>> _backend;

    protected OpGoldenTests() => _backend = new Lazy<IBackend<float>>(CreateBackend);

    public static TheoryData<string> Linears => Cases("linear");

    public static TheoryData<string> Poolings => Cases("maxpool");

    public static TheoryData<string> Softmaxes => Cases("softmax");

    public static TheoryData<string> CrossEntropies => Cases("ce-");

    public static TheoryData<string> Adams => Cases("adam-");

    private IBackend<float> Backend => _backend.Value;

    public void Dispose()
    {
        if (_backend.IsValueCreated)
        {
            _backend.Value.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [SkippableTheory]
    [MemberData(nameof(Linears))]
    public void Dense(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int items = golden.Shape("x")[0];
        int[] w = golden.Shape("w");
        var shape = new DenseShape(w[1], w[0]);

        using var memory = new GuardedMemory<float>(Backend);
        Slot input = memory.Input<float>("x", golden.Input("x"));
        Slot weights = memory.Input<float>("w", Layout.Transpose(golden.Input("w"), w[0], w[1]));
        Slot bias = memory.Input<float>("b", golden.Input("b"));
        Slot dOutput = memory.Input<float>("gy", golden.Input("gy"));
        Slot output = memory.Output<float>("y", items * shape.Units);
        Slot dInput = memory.Output<float>("gx", items * shape.Inputs);
        Slot dWeights = memory.Output<float>("gw", shape.WeightCount);
        Slot dBias = memory.Output<float>("gb", shape.Units);
        Slot scratch = memory.Scratch(Backend.ScratchBytes(shape, items));
        Backend.DenseForward(shape, items, input, weights, bias, Activation.Linear, output, scratch);
        Backend.DenseBackwardInput(shape, items, dOutput, weights, dInput, scratch);
        Backend.DenseBackwardWeights(shape, items, input, dOutput, dWeights, dBias, scratch);
        memory.Verify();
        golden.Check("y", memory.Read<float>(output, items * shape.Units));
        golden.Check("gx", memory.Read<float>(dInput, items * shape.Inputs));
        golden.Check("gw", Layout.Transpose(memory.Read<float>(dWeights, shape.WeightCount), w[1], w[0]));
        golden.Check("gb", memory.Read<float>(dBias, shape.Units));
    }

    [SkippableTheory]
    [MemberData(nameof(Poolings))]
    public void MaxPooling(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        int[] x = golden.Shape("x");
        int[] y = golden.Shape("gy");
        (int poolHeight, int poolWidth) = golden.Pair("kernel");
        (int strideY, int strideX) = golden.Pair("stride");
        (int padY, int padX) = golden.Pair("padding");
        var shape = new MaxPool2DShape(new Window2D((x[2], x[3]), (poolHeight, poolWidth), (strideY, strideX), border: new Border(padY, padX, padY, padX)), x[1]);
        Assert.Equal((y[2], y[3]), (shape.OutHeight, shape.OutWidth));

        using var memory = new GuardedMemory<float>(Backend);
        int outputs = x[0] * shape.OutputCount;
        Slot output = memory.Output<float>("y", outputs);
        Slot winners = memory.Output<byte>("winners", outputs);
        Slot dInput = memory.Output<float>("gx", x[0] * shape.InputCount);
        Backend.MaxPool2DForward(shape, x[0], memory.Input<float>("x", Layout.ToChannelsLast(golden.Input("x"), x)), output, winners);
        Backend.MaxPool2DBackwardInput(
            shape, x[0], memory.Input<float>("gy", Layout.ToChannelsLast(golden.Input("gy"), y)), winners, dInput);
        memory.Verify();
        golden.CheckExactly("y", Layout.ToChannelsFirst(memory.Read<float>(output, outputs), y));
        golden.CheckExactly("gx", Layout.ToChannelsFirst(memory.Read<float>(dInput, x[0] * shape.InputCount), x));

        // PyTorch counts a winner's place in the image, the engine in its window.
        byte[] inWindow = Layout.ToChannelsFirst(memory.Read<byte>(winners, outputs), y);
        long[] expected = golden.Values<long>("indices", "exact");
        for (int i = 0; i < outputs; i++)
        {
            int row = (i / y[3] % y[2] * strideY) + (inWindow[i] / poolWidth) - padY;
            int column = (i % y[3] * strideX) + (inWindow[i] % poolWidth) - padX;
            Assert.Equal(expected[i], (row * x[3]) + column);
        }
    }

    [SkippableFact]
    public void Relu()
    {
        GoldenCase golden = GoldenCase.Open("relu");
        int count = golden.Shape("x")[0];
        using var memory = new GuardedMemory<float>(Backend);
        Slot output = memory.Output<float>("y", count);
        Slot dInput = memory.Output<float>("gx", count);
        Backend.ReluForward(count, memory.Input<float>("x", golden.Input("x")), output);
        Backend.ReluBackward(count, output, memory.Input<float>("gy", golden.Input("gy")), dInput);
        golden.CheckExactly("y", memory.Read<float>(output, count));
        golden.CheckExactly("gx", memory.Read<float>(dInput, count));
    }

    [SkippableTheory]
    [MemberData(nameof(Softmaxes))]
    public void Softmax(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        (int rows, int classes) = (golden.Shape("x")[0], golden.Shape("x")[1]);
        using var memory = new GuardedMemory<float>(Backend);
        Slot output = memory.Output<float>("y", rows * classes);
        Backend.Softmax(rows, classes, memory.Input<float>("x", golden.Input("x")), output);
        float[] y = memory.Read<float>(output, rows * classes);
        Agreement.Within("y", golden.Truth("y"), 5e-7, y);
        for (int n = 0; n < rows; n++)
        {
            Agreement.Within("sum of a row", n, 1, 1e-6, y.Skip(n * classes).Take(classes).Sum(value => (double)value));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(CrossEntropies))]
    public void CrossEntropy(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        (int rows, int classes) = (golden.Shape("logits")[0], golden.Shape("logits")[1]);
        int[] labels = Array.ConvertAll(golden.Values<long>("target", "in"), label => (int)label);
        using var memory = new GuardedMemory<float>(Backend);
        Slot targets = memory.Input<int>("labels", labels);
        Slot probabilities = memory.Output<float>("probabilities", rows * classes);
        Slot losses = memory.Output<float>("losses", rows);
        Slot hits = memory.Output<float>("hits", rows);
        Slot dLogits = memory.Output<float>("glogits", rows * classes);
        Backend.SoftmaxCrossEntropyForward(
            new CrossEntropyShape(classes), rows, memory.Input<float>("logits", golden.Input("logits")), targets, probabilities, losses, hits);
        Backend.SoftmaxCrossEntropyBackward(new CrossEntropyShape(classes), rows, probabilities, targets, dLogits);
        Agreement.Within("glogits", golden.Truth("glogits"), 5e-7, memory.Read<float>(dLogits, rows * classes));
        float[] rowLosses = memory.Read<float>(losses, rows);
        double[] truth = golden.Truth("rowloss");
        for (int n = 0; n < rows; n++)
        {
            // A loss beyond the largest float is infinity.
            double expected = truth[n] > float.MaxValue ? double.PositiveInfinity : truth[n];
            Agreement.Within("rowloss", n, expected, 5e-7 * Math.Max(1, truth[n]), rowLosses[n]);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Adams))]
    public void Adam(string name)
    {
        GoldenCase golden = GoldenCase.Open(name);
        (int steps, int count) = (golden.Shape("g")[0], golden.Shape("g")[1]);
        float[] g = golden.Input("g");
        (double[] trueP, double[] trueM, double[] trueV) = (golden.Truth("p"), golden.Truth("m"), golden.Truth("v"));
        using var memory = new GuardedMemory<float>(Backend);
        Slot p = memory.InPlace<float>("p", golden.Input("p0"));
        Slot m = memory.InPlace<float>("m", new float[count]);
        Slot v = memory.InPlace<float>("v", new float[count]);
        double largest = 0, epsilon = golden.Attributes.GetProperty("epsilon").GetDouble();
        EpsilonRule rule = name.StartsWith("adam-torch", StringComparison.Ordinal) ? EpsilonRule.PyTorch : EpsilonRule.Keras;
        for (int step = 0; step < steps; step++)
        {
            float[] gradient = g[(step * count)..((step + 1) * count)];
            largest = Math.Max(largest, gradient.Max(value => Math.Abs((double)value)));
            Backend.Adam(AdamStep.At(step + 1, 0.001, 0.9, 0.999, epsilon, rule), count, p, memory.Input<float>("g", gradient), m, v);
            (float[] newP, float[] newM, float[] newV) = (memory.Read<float>(p, count), memory.Read<float>(m, count), memory.Read<float>(v, count));
            for (int i = 0, at = step * count; i < count; i++, at++)
            {
                Agreement.Within($"p after step {step + 1}", i, trueP[at], 2e-6, newP[i]);
                Agreement.Within($"m after step {step + 1}", i, trueM[at], 2e-6 * largest, newM[i]);
                Agreement.Within($"v after step {step + 1}", i, trueV[at], (3e-6 * trueV[at]) + 1e-44, newV[i]);
            }
        }

        memory.Verify();
    }

    /// <summary>Makes the backend under test.</summary>
    protected abstract IBackend<float> CreateBackend();

    private static TheoryData<string> Cases(params string[] prefixes) => [.. GoldenCase.Names(prefixes)];
}
