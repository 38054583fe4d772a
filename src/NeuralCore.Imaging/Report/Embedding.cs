using NeuralCore.Data;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace NeuralCore.Imaging.Report;

/// <summary>Test images as points: what the last hidden layer makes of them, in the two directions in which that varies most.</summary>
/// <param name="Chart">The points.</param>
/// <param name="Points">The number of points.</param>
/// <param name="Mistakes">The number of misclassified images among them.</param>
/// <param name="Dimensions">The activations of an image.</param>
/// <param name="Share">The share of their variance that the chart shows.</param>
internal sealed record Embedding(Chart Chart, int Points, int Mistakes, int Dimensions, double Share)
{
    private const int MostPoints = 2000;
    private const int MostLabels = 20;

    /// <summary>Computes and draws the points; null if there is no hidden layer, there are fewer than two images, or an activation is not finite.</summary>
    public static Embedding? Of(ReportSubject subject)
    {
        int count = Math.Min(MostPoints, subject.Test.Count);
        if (count < 2 || Hidden(subject.Model) is not { Output.Shape.Count: > 1 } hidden)
        {
            return null;
        }

        int[] items = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * subject.Test.Count / count))];
        float[] activations = subject.Model.Activations(new DatasetSubset(subject.Test, items), hidden.Layer);
        if (activations.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
        {
            return null;
        }

        int dimensions = hidden.Output.Shape.Count;
        var components = PrincipalComponents.Of(activations, dimensions);
        int mistakes = items.Count(i => subject.Evaluation.Predictions.Class(i) != subject.Test.Label(i));
        return new(Draw(subject, items, components), count, mistakes, dimensions, components.Shares.Sum());
    }

    /// <summary>What the last layer with weights reads; null if that is the image itself, or not the one output of a layer.</summary>
    private static LayerCall? Hidden(Model model) =>
        model is { Inputs.Count: 1, Outputs.Count: 1 }
        && model.Calls.LastOrDefault(call => call.Layer.Weights.Count > 0)?.Inputs[0].Call is { } hidden
        && model.Calls.First(call => call.Layer == hidden.Layer) == hidden
            ? hidden
            : null;

    private static Chart Draw(ReportSubject subject, int[] items, PrincipalComponents components)
    {
        string[] shares = [.. components.Shares.Select(share => Words.Percent(share))];
        var chart = new Chart(
            "embedding", "Test images by the activations of the last hidden layer",
            $"Scatter chart of {items.Length} test images by the first two principal components of the activations of the last hidden layer, {shares[0]} and {shares[1]} of their variance",
            760, 520);
        Plot plot = chart.Plot;
        (int Point, int Label, bool IsRight)[] points =
            [.. items.Select((item, i) => (i, subject.Test.Label(item), subject.Evaluation.Predictions.Class(item) == subject.Test.Label(item)))];
        foreach (IGrouping<int, (int Point, int Label, bool IsRight)> group in points.GroupBy(point => point.Label).OrderBy(group => group.Key))
        {
            Add(group.Where(point => point.IsRight), Palette.OfClass(group.Key).ForChart.WithAlpha(0.55), MarkerShape.FilledCircle, 4);
        }

        // Above the others: these are what one looks for.
        foreach (IGrouping<int, (int Point, int Label, bool IsRight)> group in points.Where(point => !point.IsRight).GroupBy(point => point.Label).OrderBy(group => group.Key))
        {
            Add(group, Palette.OfClass(group.Key).ForChart, MarkerShape.Eks, 9);
        }

        foreach (IGrouping<int, (int Point, int Label, bool IsRight)> group in points.GroupBy(point => point.Label).OrderBy(group => group.Key).Take(MostLabels))
        {
            double x = Middle(group.Select(point => components.Coordinate(point.Point, 0))), y = Middle(group.Select(point => components.Coordinate(point.Point, 1)));
            var text = plot.Add.Text(subject.NameOf(group.Key), x, y);
            text.LabelFontName = ReportFont.Family;
            text.LabelFontSize = 19;
            text.LabelFontColor = Palette.Ink.ForChart;
            text.LabelBackgroundColor = Palette.Paper.ForChart.WithAlpha(0.7);
            text.LabelPadding = 1;
            text.LabelAlignment = Alignment.MiddleCenter;
        }

        chart.Label(plot.Axes.Bottom, $"first component, {shares[0]} of the variance");
        chart.Label(plot.Axes.Left, $"second component, {shares[1]}");

        // Distances count, and numbers at the axes would say nothing.
        plot.Axes.Bottom.TickGenerator = new EmptyTickGenerator();
        plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
        plot.HideGrid();
        plot.Axes.SquareUnits();
        return chart;

        void Add(IEnumerable<(int Point, int Label, bool IsRight)> some, Color color, MarkerShape shape, float size)
        {
            int[] chosen = [.. some.Select(point => point.Point)];
            if (chosen.Length > 0)
            {
                var markers = plot.Add.Markers(
                    chosen.Select(i => components.Coordinate(i, 0)).ToArray(), chosen.Select(i => components.Coordinate(i, 1)).ToArray(), shape, size, color);
                markers.MarkerStyle.LineWidth = shape == MarkerShape.Eks ? 2 : 0;
            }
        }
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
