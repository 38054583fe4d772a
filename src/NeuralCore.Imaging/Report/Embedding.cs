using NeuralCore.Data;
using NeuralCore.Vision.Pixels;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace NeuralCore.Imaging.Report;

/// <summary>Test images as points: the activations of the last hidden layer, in the two directions in which they vary most.</summary>
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

    /// <summary>The call whose output the last layer with weights reads; null if that layer reads the image itself, or a later call of a layer that is called several times.</summary>
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
        ILookup<int, int> byClass = Enumerable.Range(0, items.Length).ToLookup(point => subject.Test.Label(items[point]));
        int[] classes = [.. byClass.Select(group => group.Key).Order()];
        foreach (int label in classes)
        {
            Add(byClass[label].Where(point => Prediction(point) == label), Palette.OfSeries(label).ForChart.WithAlpha(0.55), MarkerShape.FilledCircle, 4);
        }

        // Above the others: these are what one looks for.
        foreach (int label in classes)
        {
            Add(byClass[label].Where(point => Prediction(point) != label), Palette.OfSeries(label).ForChart, MarkerShape.Eks, 9);
        }

        foreach (int label in classes.Take(MostLabels))
        {
            var text = plot.Add.Text(subject.NameOf(label), Middle(byClass[label], 0), Middle(byClass[label], 1));
            text.LabelFontName = ReportFont.Family;
            text.LabelFontSize = 19;
            text.LabelFontColor = Palette.Ink.ForChart;
            text.LabelBackgroundColor = Palette.Paper.ForChart.WithAlpha(0.7);
            text.LabelPadding = 1;
            text.LabelAlignment = Alignment.MiddleCenter;
        }

        chart.Label(plot.Axes.Bottom, $"first component, {shares[0]} of the variance");
        chart.Label(plot.Axes.Left, $"second component, {shares[1]}");

        // Only distances mean something; numbers at the axes would not.
        plot.Axes.Bottom.TickGenerator = new EmptyTickGenerator();
        plot.Axes.Left.TickGenerator = new EmptyTickGenerator();
        plot.HideGrid();
        plot.Axes.SquareUnits();
        return chart;

        int Prediction(int point) => subject.Evaluation.Predictions.Class(items[point]);

        double Middle(IEnumerable<int> points, int component) => Selection.Median([.. points.Select(point => components.Coordinate(point, component))]);

        void Add(IEnumerable<int> points, Color color, MarkerShape shape, float size)
        {
            int[] chosen = [.. points];
            if (chosen.Length > 0)
            {
                var markers = plot.Add.Markers(
                    chosen.Select(point => components.Coordinate(point, 0)).ToArray(), chosen.Select(point => components.Coordinate(point, 1)).ToArray(), shape, size, color);
                ChartMarkers.Set(markers.MarkerStyle, shape);
                markers.MarkerStyle.LineWidth = shape == MarkerShape.Eks ? 2 : 0;
            }
        }
    }
}
