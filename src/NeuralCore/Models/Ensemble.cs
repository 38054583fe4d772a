using System.Diagnostics;
using NeuralCore.Data;

namespace NeuralCore;

/// <summary>
/// Several models that decide together: what they give for an item is the mean of the probabilities that each of them gives. Networks that were trained with
/// different seeds make different mistakes, and the mean makes fewer (Hansen and Salamon, "Neural network ensembles", 1990). Each has a preprocessing of its own.
/// </summary>
public sealed class Ensemble : IClassifier, IDisposable
{
    /// <summary>Puts models together.</summary>
    /// <param name="members">Compiled models for items of one shape and for the same classes, at least one. The ensemble disposes of them.</param>
    /// <exception cref="ArgumentException">There is no model, or one is for other items or classes than the first.</exception>
    public Ensemble(IReadOnlyList<Model> members)
    {
        if (members.Count == 0)
        {
            throw new ArgumentException("An ensemble has at least one model.", nameof(members));
        }

        for (int i = 1; i < members.Count; i++)
        {
            (Model first, Model other) = (members[0], members[i]);
            if (other.Input.Shape != first.Input.Shape || other.Classes != first.Classes)
            {
                throw new ArgumentException(
                    $"Model {i + 1} takes {other.Input.Shape} and tells {other.Classes} classes apart, and the first takes {first.Input.Shape} and tells {first.Classes} apart: "
                    + "use models for the same images and classes.",
                    nameof(members));
            }
        }

        Members = members;
    }

    /// <summary>The models.</summary>
    public IReadOnlyList<Model> Members { get; }

    /// <inheritdoc/>
    public Shape ItemShape => Members[0].Input.Shape;

    /// <inheritdoc/>
    public int Classes => Members[0].Classes;

    /// <summary>Measures the mean of predictions.</summary>
    /// <param name="members">What each of several models gives for the items of the data, at least one.</param>
    /// <param name="data">The items, each with its class.</param>
    /// <returns>Loss (cross-entropy, in nats), accuracy and confusion; nothing is computed, so there is no throughput.</returns>
    /// <exception cref="ArgumentException">The predictions are of other items or classes.</exception>
    public static Evaluation Evaluate(IReadOnlyList<Predictions> members, IDataset data)
    {
        Predictions mean = Mean(members);
        if (mean.Count != data.Count)
        {
            throw new ArgumentException($"There are predictions of {mean.Count} items, and the data has {data.Count}.", nameof(members));
        }

        var confusion = new ConfusionMatrix(mean.Classes);
        (double loss, int hits) = (0, 0);
        for (int item = 0; item < data.Count; item++)
        {
            (int label, int predicted) = (data.Label(item), mean.Class(item));
            confusion.Add(label, predicted);
            loss -= Math.Log(Math.Max(mean[item][label], float.Epsilon));
            hits += label == predicted ? 1 : 0;
        }

        return new Evaluation(loss / data.Count, (double)hits / data.Count, mean, confusion, double.NaN);
    }

    /// <summary>Measures the ensemble on items. Dropout does nothing.</summary>
    /// <param name="data">Items of <see cref="ItemShape"/>, each with its class.</param>
    /// <param name="batchSize">The items computed at once.</param>
    /// <param name="cancellationToken">Ends the evaluation after the model that is running.</param>
    /// <exception cref="ArgumentException">The data does not fit the models.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Evaluation Evaluate(IDataset data, int batchSize = 128, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        var predictions = new List<Predictions>();
        foreach (Model member in Members)
        {
            cancellationToken.ThrowIfCancellationRequested();
            predictions.Add(member.Predict(data, batchSize));
        }

        return Evaluate(predictions, data) with { ImagesPerSecond = data.Count / Stopwatch.GetElapsedTime(start).TotalSeconds };
    }

    /// <inheritdoc/>
    public Predictions Predict(IDataset data, int batchSize = 128) => Mean([.. Members.Select(member => member.Predict(data, batchSize))]);

    /// <inheritdoc/>
    public float[] Predict(ReadOnlySpan<byte> pixels)
    {
        var sums = new double[Classes];
        foreach (Model member in Members)
        {
            Add(sums, member.Predict(pixels));
        }

        return [.. sums.Select(sum => (float)(sum / Members.Count))];
    }

    /// <summary>Disposes of the models.</summary>
    public void Dispose()
    {
        foreach (Model member in Members)
        {
            member.Dispose();
        }
    }

    /// <summary>The mean, summed in double in the order of the members.</summary>
    private static Predictions Mean(IReadOnlyList<Predictions> members)
    {
        if (members.Count == 0 || members.Any(other => other.Count != members[0].Count || other.Classes != members[0].Classes))
        {
            throw new ArgumentException("A mean takes predictions of the same items and classes, and at least one.", nameof(members));
        }

        (int count, int classes) = (members[0].Count, members[0].Classes);
        var mean = new float[count * classes];
        var sums = new double[classes];
        for (int item = 0; item < count; item++)
        {
            Array.Clear(sums);
            foreach (Predictions member in members)
            {
                Add(sums, member[item]);
            }

            for (int k = 0; k < classes; k++)
            {
                mean[(item * classes) + k] = (float)(sums[k] / members.Count);
            }
        }

        return new Predictions(count, classes, mean);
    }

    private static void Add(double[] sums, ReadOnlySpan<float> probabilities)
    {
        for (int k = 0; k < sums.Length; k++)
        {
            sums[k] += probabilities[k];
        }
    }
}
