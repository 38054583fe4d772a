using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Randomness;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>engine-check</c>: is this the accuracy that another engine gets? A recipe with a known result, in PyTorch 99.041 %
/// with a standard deviation of 0.066 over 30 runs (github.com/tuomaso/train_mnist_fast, 8_Final_00s76), repeated here to the
/// letter: one epoch over the 60,000, batch 256 and a last one of 96, Adam with betas 0.7 and 0.9 and epsilon 1e-8, one cycle
/// up to 0.01, standardised pixels, no augmentation and no dropout, and first values as PyTorch draws them. A wrong
/// gradient, a wrong Adam or a lopsided shuffle costs more than the tenth of a percent that is allowed for.
/// </summary>
/// <remarks>
/// Two things differ. There the images were shuffled once for all runs, here each seed shuffles its own. And Keras's Adam, which
/// this engine has, adds epsilon before the second moment's bias correction and not after it, which at 1e-8 is nothing.
/// </remarks>
internal static class EngineCheck
{
    private const double ExpectedPercent = 99.04;
    private const double TolerancePercent = 0.10;
    private const int SeedsForAVerdict = 10;
    private const int Batch = 256;
    private const double PeakLearningRate = 0.01;

    /// <summary>Trains once a seed and prints mean and spread of the test accuracy.</summary>
    /// <returns>Whether the mean is what it should be; also true where there were too few seeds to tell.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        (LabelledImages train, LabelledImages test) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
        int seeds = options.Int("--seeds", SeedsForAVerdict, minimum: 1);
        int images = options.Int("--images", train.Count, minimum: 1, maximum: train.Count);
        int testImages = options.Int("--test-images", test.Count, minimum: 1, maximum: test.Count);
        int threads = options.Threads();
        options.Done();

        var trainingData = new StandardizedImages(new DatasetSlice(train, 0, images));
        var testData = new StandardizedImages(new DatasetSlice(test, 0, testImages));
        var percents = new List<double>();
        for (int seed = 1; seed <= seeds; seed++)
        {
            long start = Stopwatch.GetTimestamp();
            percents.Add(TrainOnce((ulong)seed, threads, trainingData, testData));
            options.Results.Add(("seed", seed), ("accuracy_percent", percents[^1]), ("seconds", Stopwatch.GetElapsedTime(start).TotalSeconds));
            output.WriteLine($"seed {seed,3}: {percents[^1]:F2} % in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        }

        double mean = percents.Average();
        double deviation = Math.Sqrt(percents.Average(p => (p - mean) * (p - mean)));
        output.WriteLine($"mean {mean:F3} %, standard deviation {deviation:F3}, {percents.Min():F2} to {percents.Max():F2}; expected {ExpectedPercent} +- {TolerancePercent:F2}");
        if (seeds < SeedsForAVerdict || images < train.Count || testImages < test.Count)
        {
            output.WriteLine($"no verdict: that takes all images and at least {SeedsForAVerdict} seeds");
            return true;
        }

        bool agrees = Math.Abs(mean - ExpectedPercent) <= TolerancePercent;
        output.WriteLine(agrees ? "the engines agree" : "the engines DISAGREE");
        return agrees;
    }

    private static double TrainOnce(ulong seed, int threads, IDataset trainingData, IDataset testData)
    {
        using var model = new Sequential(
            new Input(new Shape(28, 28, 1)),
            new Conv2D(24, 5),
            new MaxPooling2D(2),
            new ReLU(),
            new Conv2D(32, 3),
            new MaxPooling2D(2),
            new ReLU(),
            new Flatten(),
            new Dense(256, Activation.Relu),
            new Dense(10, Activation.Softmax));
        var optimizer = new Adam(PeakLearningRate, beta1: 0.7, beta2: 0.9, epsilon: 1e-8);
        model.Compile(optimizer, backend: CpuBackend.Create(threads), seed: seed);
        InitializeLikePyTorch(model, seed);
        model.Fit(trainingData, epochs: 1, Batch, callbacks: [new OneCycle()]);
        return 100 * model.Evaluate(testData, Batch).Accuracy;
    }

    /// <summary>
    /// Weights and biases uniform in [-limit, limit) with limit = 1 / sqrt(fanIn): what PyTorch's Conv2d and Linear begin with.
    /// Every kernel has its outputs last, so its fan-in is the product of its other extents, and its bias shares it.
    /// </summary>
    private static void InitializeLikePyTorch(Model model, ulong seed)
    {
        uint index = 0;
        int fanIn = 0;
        foreach (ModelParameter parameter in model.Parameters)
        {
            if (parameter.Shape.Rank > 1)
            {
                fanIn = parameter.Shape.Count / parameter.Shape[parameter.Shape.Rank - 1];
            }

            double limit = 1 / Math.Sqrt(fanIn);
            var random = new RandomStream(seed, RandomPurpose.Initialisation, index++);
            float[] values = new float[parameter.Shape.Count];
            foreach (ref float value in values.AsSpan())
            {
                value = (float)(((2 * random.NextDouble()) - 1) * limit);
            }

            parameter.Write(values);
        }
    }
}
