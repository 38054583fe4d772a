using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Files.Tests;

/// <summary>What ONNX Runtime makes of the files that are written here.</summary>
public sealed class OnnxRuntimeTests : IDisposable
{
    private const float Tolerance = 2e-6f;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void The_digit_network_predicts_the_same_there_for_all_test_images()
    {
        Runtime.Require();
        (LabelledImages train, LabelledImages test) = Mnist.Load(Mnist.FindDirectory());
        using var model = new Sequential(
            new Input(new Shape(28, 28, 1), Preprocessing.Scale), new Conv2D(32, 3, activation: Activation.Relu), new Conv2D(64, 3, activation: Activation.Relu), new MaxPooling2D(2),
            new Dropout(0.25), new Flatten(), new Dense(256, Activation.Relu), new Dropout(0.5), new Dense(10, Activation.Softmax));
        model.Compile(seed: 1);
        model.Fit(new DatasetSlice(train, 0, 4_096), batchSize: 128);
        Predictions expected = model.Predict(test);
        using InferenceSession session = Open(model);
        int worse = 0;
        float largest = 0;
        const int Batch = 1_000;
        for (int start = 0; start < test.Count; start += Batch)
        {
            float[] probabilities = Run(session, model, Enumerable.Range(start, Batch).Select(i => Prepared(model, test, i)));
            for (int i = 0; i < Batch; i++)
            {
                ReadOnlySpan<float> ours = expected[start + i], theirs = probabilities.AsSpan(i * 10, 10);
                worse += Largest(ours) == Largest(theirs) ? 0 : 1;
                for (int c = 0; c < 10; c++)
                {
                    largest = Math.Max(largest, Math.Abs(ours[c] - theirs[c]));
                }
            }
        }

        Assert.Equal(0, worse);
        Assert.InRange(largest, 0, Tolerance);
    }

    [SkippableFact]
    public void Any_network_predicts_the_same_there()
    {
        Runtime.Require();
        for (int seed = 0; seed < 60; seed++)
        {
            using Sequential model = RandomNetwork.Create(seed);
            model.Compile(backend: new ReferenceBackend<float>(), seed: (ulong)seed);
            using InferenceSession session = Open(model);
            var random = new Random(seed);
            float[][] items = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, model.Input.Shape.Count).Select(_ => Pixel()).ToArray())];
            float[] theirs = Run(session, model, items.Select(item => Prepare(model, item)));
            float[] ours = [.. items.SelectMany(item => model.Predict(item))];
            Assert.All(ours.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, Tolerance));

            // What is not prepared is to be as small as if it were: rounding grows with the numbers.
            float Pixel() => model.Input.Preprocessing == Preprocessing.None ? random.NextSingle() : random.Next(256);
        }
    }

    private static int Largest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    private static float[] Prepared(Sequential model, LabelledImages images, int index)
    {
        var item = new float[images.ItemShape.Count];
        images.ReadItem(index, item);
        return Prepare(model, item);
    }

    /// <summary>The graph takes what the network sees: values that are already prepared.</summary>
    private static float[] Prepare(Sequential model, float[] item)
    {
        float[] prepared = [.. item];
        model.Input.Preprocessing.Apply(model.Input.Shape, prepared);
        return prepared;
    }

    private static float[] Run(InferenceSession session, Sequential model, IEnumerable<float[]> items)
    {
        float[] values = [.. items.SelectMany(item => item)];
        int[] dims = [values.Length / model.Input.Shape.Count, .. model.Input.Shape.Extents];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs =
            session.Run([NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(values, dims))]);
        return [.. outputs.Single().AsEnumerable<float>()];
    }

    private InferenceSession Open(Sequential model)
    {
        string path = _folder.File("model.onnx");
        ModelFile.Save(model, path);
        using var options = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(path, options);
    }
}
