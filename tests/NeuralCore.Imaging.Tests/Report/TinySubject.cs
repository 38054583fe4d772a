using NeuralCore.Data;
using NeuralCore.Imaging.Report;
using NeuralCore.Ops;
using Shape = NeuralCore.Shape;

namespace NeuralCore.Imaging.Tests.Report;

/// <summary>A network that has learnt a little about bars in noise, enough to be right and wrong.</summary>
internal sealed class TinySubject : IDisposable
{
    public const int Side = 8;

    private readonly Sequential _model;

    /// <summary>Trains the network.</summary>
    /// <param name="layers">The layers between input and softmax; one convolution and one pooling if none are given.</param>
    /// <param name="classes">The number of classes, of which three occur.</param>
    /// <param name="testImages">The images to test with.</param>
    public TinySubject(Layer[]? layers = null, int classes = 3, int testImages = 60)
    {
        layers ??= [new Conv2D(4, 3, activation: Activation.Relu), new MaxPooling2D(2), new Dropout(0.2), new Flatten()];
        _model = new Sequential([new Input(new Shape(Side, Side, 1), Preprocessing.Scale), .. layers, new Dense(classes, Activation.Softmax)]);
        _model.Compile(new Adam(0.003), backend: CpuBackend.Create(1), seed: 1);
        History history = _model.Fit(Bars(300, classes, 1), epochs: 3, batchSize: 20, validationSplit: 0.2);
        Curves = LearningCurves.Of(history.Epochs) with { LearningRate = [0.001, 0.003, 0.002, 0.001, 0.0005, 0] };
        Test = Bars(testImages, classes, 2);
        Evaluation = _model.Evaluate(Test);
    }

    public Sequential Model => _model;

    public LabelledImages Test { get; }

    public Evaluation Evaluation { get; }

    public LearningCurves Curves { get; }

    /// <summary>What a report takes.</summary>
    public ReportSubject Subject => new("tiny.safetensors", _model, Test, Evaluation, Curves)
    {
        Origin = new Provenance
        {
            Command = "neuralcore train --seed 1 --out 'my model.keras'",
            Seed = "1",
            Settings = [KeyValuePair.Create("--epochs", "3"), KeyValuePair.Create("--batch-size", "20")],
            Date = new DateTimeOffset(2026, 3, 9, 10, 5, 7, TimeSpan.FromHours(2)),
            Duration = TimeSpan.FromSeconds(200),
            Machine = "A processor <of> mine, 1 thread, 256-bit vectors",
            Version = "1.2.3",
        },
    };

    public void Dispose() => _model.Dispose();

    /// <summary>Bars that lie (class 0), stand (1) or slant (2), in strong noise.</summary>
    private static LabelledImages Bars(int count, int classes, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[count * Side * Side];
        byte[] labels = new byte[count];
        random.NextBytes(pixels);
        for (int n = 0; n < count; n++)
        {
            Span<byte> image = pixels.AsSpan(n * Side * Side, Side * Side);
            labels[n] = (byte)random.Next(3);
            int place = random.Next(Side);
            for (int i = 0; i < Side; i++)
            {
                image[labels[n] switch { 0 => (place * Side) + i, 1 => (i * Side) + place, _ => (i * Side) + ((i + place) % Side) }] = 255;
            }
        }

        return new LabelledImages(pixels, labels, Side, Side, classes);
    }
}
