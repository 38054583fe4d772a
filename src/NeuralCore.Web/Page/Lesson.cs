using NeuralCore.Data;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Web.Page;

/// <summary>
/// Learning from a few samples of one person: the last layer is trained on them and on digits that are not to be forgotten, with all other
/// layers as they are (<see cref="Transfer"/>). Some samples are set aside to measure whether it helped.
/// </summary>
internal sealed class Lesson : IDisposable
{
    private const int Epochs = 20;
    private const int BatchSize = 32;
    private const double LearningRate = 0.0005;
    private const ulong Seed = 1;

    /// <summary>Every fourth item of a class is set aside, of the samples as of the known digits.</summary>
    private const int AsideEvery = 4;

    /// <summary>The samples of a class with their distorted copies: about as many as each known digit has.</summary>
    private const int WantedPerClass = 100;

    /// <summary>How the copies are distorted: less than for a model of every hand's digits, since one hand varies less.</summary>
    private static readonly Augmentation Hand = new() { Rotation = 10, Shift = 0.07, Zoom = 0.15, Stretch = 0.08, Shear = 0.1, Elastic = 0.03, Thickness = 0.3 };

    private readonly LoadedModel _source;
    private readonly IReadOnlyList<string> _names;
    private readonly Transfer _transfer;
    private readonly Model _head;
    private readonly IDataset _learnt, _ownAside, _knownAside;
    private readonly (double? Own, double? Known) _before;

    /// <summary>Makes everything ready; the model stays as it is.</summary>
    /// <param name="source">The model that is to learn.</param>
    /// <param name="own">The samples.</param>
    /// <param name="known">Digits that are not to be forgotten; may be none.</param>
    /// <param name="names">The names of all classes, those of the model first.</param>
    /// <exception cref="ArgumentException">There are no samples, or the model's last layer cannot be trained alone.</exception>
    public Lesson(LoadedModel source, Samples own, Samples known, IReadOnlyList<string> names)
    {
        if (own.Count == 0)
        {
            throw new ArgumentException("There is nothing to learn from: draw a few samples first.");
        }

        if (own.Labels.Max() >= names.Count || names.Count < source.Classes.Count)
        {
            throw new ArgumentException("A sample is of a class that has no name: give each new mark a name.");
        }

        (_source, _names) = (source, names);
        _transfer = Transfer.Of(source.Network, names.Count);
        _head = _transfer.Head ?? throw new ArgumentException("The last layer of this model cannot be trained alone: use another model.");
        (Samples ownKept, Samples ownAside) = SetAside(own);
        (Samples knownKept, Samples knownAside) = SetAside(known);
        _learnt = Features(Augmented(ownKept).With(knownKept));
        (_ownAside, _knownAside) = (Features(ownAside), Features(knownAside));
        _head.Compile(new Adam(LearningRate), backend: CpuBackend.Create(1), seed: Seed);
        _transfer.TakeWeights(_head);
        KeepKnownClasses();
        _before = (SourceAccuracy(ownAside), SourceAccuracy(knownAside));
    }

    /// <summary>Trains for an epoch.</summary>
    /// <returns>How far it has come.</returns>
    public string GoOn()
    {
        _head.Fit(_learnt, epochs: 1, batchSize: BatchSize);
        return Describe();
    }

    /// <summary>The model with what it has learnt, as a network of its own.</summary>
    public LoadedModel Finish()
    {
        Model whole = _transfer.Whole;
        whole.Compile(backend: CpuBackend.Create(1), seed: Seed);
        _transfer.TakeWeights(whole);
        _transfer.TakeHead();

        foreach (Layer layer in whole.Layers)
        {
            layer.Trainable = true;
        }

        using var taught = new LoadedModel(whole, _names, _source.Preparation);
        return taught.Copy();
    }

    /// <summary>The epochs so far, and the accuracy on what was set aside before and after them; of no items there is none.</summary>
    public string Describe() => Json.Object(json =>
    {
        json.WriteNumber("epoch", _head.Epochs);
        json.WriteNumber("epochs", Epochs);
        WriteAccuracy("ownBefore", _before.Own);
        WriteAccuracy("knownBefore", _before.Known);
        WriteAccuracy("ownAfter", Accuracy(_ownAside));
        WriteAccuracy("knownAfter", Accuracy(_knownAside));

        void WriteAccuracy(string name, double? value)
        {
            if (value is { } known)
            {
                json.WriteNumber(name, Math.Round(known, 5));
            }
        }
    });

    /// <inheritdoc/>
    public void Dispose() => _transfer.Dispose();

    /// <summary>Divides the samples; a class of fewer than <see cref="AsideEvery"/> keeps them all.</summary>
    private static (Samples Kept, Samples Aside) SetAside(Samples all)
    {
        var seen = new int[byte.MaxValue + 1];
        ILookup<bool, int> items = Enumerable.Range(0, all.Count).ToLookup(i => ++seen[all.Labels[i]] % AsideEvery == 0);
        return (all.Take([.. items[false]]), all.Take([.. items[true]]));
    }

    /// <summary>The samples, and distorted copies of them.</summary>
    private static Samples Augmented(Samples samples)
    {
        var augmenter = new Augmenter(Hand, Zoo.MnistImage);
        var scratch = new float[augmenter.ScratchLength];
        var image = new float[Samples.Size];
        var pixels = new List<byte>(samples.Pixels);
        var labels = new List<byte>(samples.Labels);
        foreach (IGrouping<byte, int> one in Enumerable.Range(0, samples.Count).GroupBy(i => samples.Labels[i]))
        {
            int[] items = [.. one];
            for (int copy = 0; copy < WantedPerClass - items.Length; copy++)
            {
                int item = items[copy % items.Length];
                for (int i = 0; i < image.Length; i++)
                {
                    image[i] = samples.Pixels[(item * Samples.Size) + i];
                }

                augmenter.Apply(image, scratch, Seed, copy / items.Length, item);
                pixels.AddRange(new GrayImage(MnistFrame.Side, MnistFrame.Side, image).ToBytes());
                labels.Add(one.Key);
            }
        }

        return new Samples([.. pixels], [.. labels]);
    }

    private IDataset Features(Samples samples) => samples.Count == 0 ? samples.Images(_names.Count) : _transfer.Features(samples.Images(_names.Count), CpuBackend.Create(1));

    private double? Accuracy(IDataset features) => features.Count == 0 ? null : _head.Evaluate(features).Accuracy;

    /// <summary>The accuracy before the lesson: the source has no outputs for new classes, so samples of those are wrong.</summary>
    private double? SourceAccuracy(Samples samples)
    {
        if (samples.Count == 0)
        {
            return null;
        }

        Predictions seen = _source.Network.Predict(samples.Images(_names.Count));
        return Enumerable.Range(0, samples.Count).Count(i => seen.Class(i) == samples.Labels[i]) / (double)samples.Count;
    }

    /// <summary>Where there are new classes, copies the weights of the known ones into the wider last layer; those of the new ones are 0.</summary>
    private void KeepKnownClasses()
    {
        IReadOnlyList<ModelParameter> parameters = _head.Parameters;
        foreach ((ModelParameter old, ModelParameter grown) in _source.Network.Parameters.TakeLast(parameters.Count).Zip(parameters))
        {
            if (old.Shape == grown.Shape)
            {
                continue;
            }

            (int from, int to) = (_source.Classes.Count, _names.Count);
            float[] values = old.Read(), wider = new float[grown.Shape.Count];
            for (int i = 0; i < values.Length; i++)
            {
                wider[(i / from * to) + (i % from)] = values[i];
            }

            grown.Write(wider);
        }
    }
}
