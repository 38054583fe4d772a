using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Randomness;

namespace NeuralCore.Web.Page;

/// <summary>
/// Trains the small network from random weights, a slice of the images at a time, so that the page can stop it between two slices. The optimiser's
/// state is kept from slice to slice.
/// </summary>
internal sealed class Training : IDisposable
{
    private const int Slice = 256;
    private const int BatchSize = 32;
    private const int Digits = 10;

    /// <summary>Draws other orders than those within slices: see <see cref="RandomPurpose"/>.</summary>
    private const uint Slices = 1;

    private readonly Samples _all;
    private readonly int _trained;
    private readonly LabelledImages _test;
    private readonly ulong _seed;
    private readonly Model _network;
    private int[] _order = [];
    private int _next;
    private uint _epoch;
    private long _seen;

    /// <summary>Makes the network.</summary>
    /// <param name="all">Images and their digits.</param>
    /// <param name="testCount">How many of the last ones are kept to test with.</param>
    /// <param name="seed">The key of every random number.</param>
    /// <exception cref="ArgumentException">Nothing would be left to train on.</exception>
    public Training(Samples all, int testCount, ulong seed)
    {
        if (testCount < 1 || all.Count - testCount < Slice)
        {
            throw new ArgumentException($"{all.Count} images are too few to train on with {testCount} of them kept for a test.");
        }

        (_all, _trained, _seed) = (all, all.Count - testCount, seed);
        _test = all.Take([.. Enumerable.Range(_trained, testCount)]).Images(Digits);
        _network = Zoo.Tiny();
        _network.Compile(new Adam(), backend: CpuBackend.Create(1), seed: seed);
    }

    /// <summary>Trains slices until a time is over, at least one.</summary>
    /// <returns>The epochs so far; loss, accuracy and speed over these slices.</returns>
    public string GoOn(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        (double loss, double accuracy, int images) = (0, 0, 0);
        do
        {
            LabelledImages slice = NextSlice();
            EpochResult result = _network.Fit(slice, epochs: 1, batchSize: BatchSize).Epochs[0];
            (loss, accuracy, images) = (loss + (result.Loss * slice.Count), accuracy + (result.Accuracy * slice.Count), images + slice.Count);
        }
        while (Stopwatch.GetElapsedTime(start) < time);

        _seen += images;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return Json.Object(json =>
        {
            json.WriteNumber("epochs", (double)_seen / _trained);
            json.WriteNumber("loss", Math.Round(loss / images, 5));
            json.WriteNumber("accuracy", Math.Round(accuracy / images, 5));
            json.WriteNumber("imagesPerSecond", Math.Round(images / seconds));
        });
    }

    /// <summary>Tests the network.</summary>
    public string Test()
    {
        Evaluation evaluation = _network.Evaluate(_test);
        return Json.Object(json =>
        {
            json.WriteNumber("epochs", (double)_seen / _trained);
            json.WriteNumber("loss", Math.Round(evaluation.Loss, 5));
            json.WriteNumber("accuracy", Math.Round(evaluation.Accuracy, 5));
        });
    }

    /// <summary>The network as it is now; this one may be trained further.</summary>
    public LoadedModel Copy() => new LoadedModel(_network, LoadedModel.Numbered(Digits)).Copy();

    /// <summary>The network's layers, and the number of images that it is trained on.</summary>
    public string Describe() => Json.Object(json =>
    {
        json.WriteNumber("train", _trained);
        json.WriteTexts("layers", _network.Calls.Where(call => call.Layer is not Input).Select(call => $"{_network.NameOf(call.Layer)} {call.Output.Shape}"));
    });

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();

    /// <summary>The next images in the order of the epoch. What is left at its end and fills no slice is left out.</summary>
    private LabelledImages NextSlice()
    {
        if (_next + Slice > _order.Length)
        {
            _order = [.. Enumerable.Range(0, _trained)];
            new RandomStream(_seed, RandomPurpose.Shuffle, _epoch++, Slices).Shuffle(_order);
            _next = 0;
        }

        int begin = _next;
        _next += Slice;
        return _all.Take(_order[begin.._next]).Images(Digits);
    }
}
