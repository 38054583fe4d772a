namespace NeuralCore.Imaging.Report;

/// <summary>How strongly each cell of a confusion matrix is coloured: enough to find the mistakes, and never too much to read.</summary>
internal sealed class ConfusionShading
{
    private const double Strongest = 0.6;

    private readonly ConfusionMatrix _confusion;
    private readonly int _mostMistakes;

    public ConfusionShading(ConfusionMatrix confusion)
    {
        _confusion = confusion;
        _mostMistakes = Mistake.Of(confusion).Select(mistake => mistake.Count).DefaultIfEmpty().Max();
    }

    /// <summary>The colour of one cell, and its strength in [0, 1].</summary>
    public (ReportColor Color, double Strength) Of(int label, int prediction)
    {
        int count = _confusion[label, prediction];
        if (count == 0)
        {
            return (Palette.Second, 0);
        }

        // What is right is shaded by its share of the class, mistakes by their root: one in a thousand is still to be seen.
        return label == prediction
            ? (Palette.First, 0.3 * count / _confusion.Support(label))
            : (Palette.Second, Strongest * Math.Sqrt((double)count / _mostMistakes));
    }
}

/// <summary>Items of one class that were predicted as another.</summary>
/// <param name="Label">What they are.</param>
/// <param name="Prediction">The class that was predicted.</param>
/// <param name="Count">How many there are.</param>
internal sealed record Mistake(int Label, int Prediction, int Count)
{
    /// <summary>All mistakes of a matrix, the most frequent first.</summary>
    public static IEnumerable<Mistake> Of(ConfusionMatrix confusion) =>
        from label in Enumerable.Range(0, confusion.Classes)
        from prediction in Enumerable.Range(0, confusion.Classes)
        let count = confusion[label, prediction]
        where label != prediction && count > 0
        orderby count descending
        select new Mistake(label, prediction, count);
}
