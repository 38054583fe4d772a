namespace NeuralCore;

/// <summary>How often each class was taken for each: rows are labels, columns are predictions.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[] _counts;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">The number of classes.</param>
    public ConfusionMatrix(int classes)
    {
        Classes = classes;
        _counts = new int[classes * classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The items of class <paramref name="label"/> that were taken for <paramref name="prediction"/>.</summary>
    public int this[int label, int prediction] => _counts[(label * Classes) + prediction];

    /// <summary>The items of a class.</summary>
    public int Support(int label)
    {
        int sum = 0;
        for (int prediction = 0; prediction < Classes; prediction++)
        {
            sum += this[label, prediction];
        }

        return sum;
    }

    /// <summary>The items that were taken for a class.</summary>
    public int Predicted(int prediction)
    {
        int sum = 0;
        for (int label = 0; label < Classes; label++)
        {
            sum += this[label, prediction];
        }

        return sum;
    }

    /// <summary>Of the items taken for a class, the fraction that is of it; NaN where nothing was.</summary>
    public double Precision(int label) => (double)this[label, label] / Predicted(label);

    /// <summary>Of the items of a class, the fraction that was recognised; NaN where there are none.</summary>
    public double Recall(int label) => (double)this[label, label] / Support(label);

    /// <summary>The harmonic mean of precision and recall: 2 tp / (2 tp + fp + fn); NaN for a class neither present nor predicted.</summary>
    public double F1(int label) => 2.0 * this[label, label] / (Support(label) + Predicted(label));

    /// <summary>
    /// Whether no more items were recognised than by always giving the class that most of them have: what a model that learnt nothing comes to. Items of at least two classes
    /// are needed to tell.
    /// </summary>
    public bool IsGuessing
    {
        get
        {
            (int right, int most, int present) = (0, 0, 0);
            for (int label = 0; label < Classes; label++)
            {
                right += this[label, label];
                most = Math.Max(most, Support(label));
                present += Support(label) > 0 ? 1 : 0;
            }

            return present > 1 && right <= most;
        }
    }

    /// <summary>Counts one item.</summary>
    internal void Add(int label, int prediction) => _counts[(label * Classes) + prediction]++;
}
