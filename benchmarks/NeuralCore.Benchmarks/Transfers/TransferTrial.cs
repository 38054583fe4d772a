using System.Diagnostics;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Transfers;

/// <summary>A way to learn from the images that are shown.</summary>
internal enum TransferWay
{
    /// <summary>The first layers stay as they are.</summary>
    Frozen,

    /// <summary>All layers are trained, from what <see cref="Frozen"/> gave.</summary>
    FineTuned,

    /// <summary>The same network from initial weights.</summary>
    Scratch,
}

/// <summary>How long and how fast a way learns: one cycle of the learning rate in each.</summary>
/// <param name="Rate">The highest learning rate of Adam.</param>
/// <param name="Seen">The images that are seen, counted each time, as far as whole epochs allow; more if there are more.</param>
/// <param name="Epochs">The fewest epochs.</param>
internal sealed record Schooling(double Rate, int Seen, int Epochs)
{
    private const int SmallBatch = 16, LargeBatch = 64, StepsOfAnEpoch = 30;

    /// <summary>The epochs for a number of images.</summary>
    public int EpochsFor(int images) => Math.Max(Epochs, (Seen + images - 1) / images);

    /// <summary>The images of a step: few where an epoch would have few steps.</summary>
    public static int BatchFor(int images) => Math.Clamp(images / StepsOfAnEpoch, SmallBatch, LargeBatch);
}

/// <summary>What the trials of a table have in common.</summary>
/// <param name="Network">The network.</param>
/// <param name="Freeze">The last layer that stays as it is, as <see cref="Transfer.Of"/> takes it.</param>
/// <param name="Augmentation">How images that are shown are changed, for every way alike; not at all if null.</param>
/// <param name="Schoolings">How each way learns.</param>
/// <param name="Threads">The threads.</param>
internal sealed record TransferSettings(ZooNetwork Network, string Freeze, Augmentation? Augmentation, IReadOnlyDictionary<TransferWay, Schooling> Schoolings, int Threads)
{
    /// <summary>Where images are distorted, frozen layers run for about this number of copies.</summary>
    private const int Copies = 10_000;

    /// <summary>How often each image is there for frozen layers.</summary>
    public int CopiesFor(int images) => Augmentation is null ? 1 : Math.Max(2, Copies / images);

    /// <summary>A backend for one model.</summary>
    public IBackend<float> CreateBackend() => CpuBackend.Create(Threads);
}

/// <summary>What a way came to.</summary>
/// <param name="Accuracy">The accuracy on the images that are judged.</param>
/// <param name="MicrosecondsPerImage">The time of training for each image seen.</param>
internal sealed record Learnt(double Accuracy, double MicrosecondsPerImage);

/// <summary>One source network and one draw of the images that are shown, learnt in several ways.</summary>
/// <param name="settings">How.</param>
/// <param name="source">The network that has learnt what is known.</param>
/// <param name="shown">What is shown.</param>
/// <param name="judged">What the accuracy is taken on.</param>
/// <param name="seed">Decides initial weights, orders and distortions.</param>
internal sealed class TransferTrial(TransferSettings settings, Model source, IDataset shown, IDataset judged, ulong seed)
{
    /// <summary>Learns in each way.</summary>
    public IReadOnlyDictionary<TransferWay, Learnt> Run()
    {
        using Transfer frozen = Transfer.Of(source, shown.Classes, settings.Freeze);
        double headTime = TrainHead(frozen);
        var learnt = new Dictionary<TransferWay, Learnt>
        {
            [TransferWay.Frozen] = new Learnt(frozen.Whole.Evaluate(judged).Accuracy, headTime),
            [TransferWay.FineTuned] = FineTune(frozen.Whole),
        };
        using Model scratch = settings.Network.Create(shown.ItemShape, shown.Classes, null);
        Compile(scratch, TransferWay.Scratch);
        double time = Fit(scratch, TransferWay.Scratch, shown, settings.Augmentation);
        learnt[TransferWay.Scratch] = new Learnt(scratch.Evaluate(judged).Accuracy, time);
        return learnt;
    }

    /// <summary>Trains the layers that are not frozen on what those give, and brings them into the whole network.</summary>
    /// <returns>The time for each image seen, in microseconds.</returns>
    private double TrainHead(Transfer frozen)
    {
        Model head = frozen.Head ?? throw new UsageException($"The network cannot be cut behind '{settings.Freeze}': what follows reads more than that layer.");
        IDataset images = settings.Augmentation is { } augmentation ? new DistortedCopies(shown, settings.CopiesFor(shown.Count), augmentation, seed) : shown;
        IDataset features = frozen.Features(images, settings.CreateBackend());
        Compile(head, TransferWay.Frozen);
        frozen.TakeWeights(head);

        // A last layer that knows other classes would have to unlearn them.
        head.Parameters[^2].Write(new float[head.Parameters[^2].Shape.Count]);
        head.Parameters[^1].Write(new float[head.Parameters[^1].Shape.Count]);
        double time = Fit(head, TransferWay.Frozen, features, null);
        Compile(frozen.Whole, TransferWay.Frozen);
        frozen.TakeWeights(frozen.Whole);
        frozen.TakeHead();
        return time;
    }

    private Learnt FineTune(Model begun)
    {
        foreach (LayerCall call in begun.Calls)
        {
            call.Layer.Trainable = true;
        }

        using Transfer tuned = Transfer.Of(begun, shown.Classes, Transfer.NoLayer);
        Compile(tuned.Whole, TransferWay.FineTuned);
        tuned.TakeWeights(tuned.Whole);
        double time = Fit(tuned.Whole, TransferWay.FineTuned, shown, settings.Augmentation);
        return new Learnt(tuned.Whole.Evaluate(judged).Accuracy, time);
    }

    private void Compile(Model model, TransferWay way) => model.Compile(new Adam(settings.Schoolings[way].Rate, beta2: 0.99), backend: settings.CreateBackend(), seed: seed);

    private double Fit(Model model, TransferWay way, IDataset data, Augmentation? augmentation)
    {
        int epochs = settings.Schoolings[way].EpochsFor(data.Count);
        long start = Stopwatch.GetTimestamp();
        model.Fit(data, epochs, Schooling.BatchFor(data.Count), callbacks: [new OneCycle()], options: new FitOptions { Augmentation = augmentation });
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / ((double)epochs * data.Count);
    }
}
