using System.Globalization;
using NeuralCore.Benchmarks.Cases;
using NeuralCore.Imaging.Report;
using NeuralCore.Simd;
using ScottPlot;
using ScottPlot.TickGenerators;
using Palette = NeuralCore.Imaging.Report.Palette;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>Draws the plots. Each series has a colour and a shape of its own.</summary>
internal static class PlotDrawing
{
    private static readonly MarkerShape[] Shapes = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleUp];

    /// <summary>GFLOP/s by op, a marker for each width, a dashed line at the peak of each.</summary>
    public static Chart Kernels(IReadOnlyList<KernelFigure> figures, IReadOnlyDictionary<SimdWidth, double> peaks, string processor)
    {
        string[] ops = [.. figures.Select(figure => figure.Op).Distinct()];
        SimdWidth[] widths = [.. figures.Select(figure => figure.Width).Distinct()];
        var chart = new Chart("kernels", "GFLOP/s by op and vector width; dashed: the FMA peak of each width", "", 900, 60 + (19 * ops.Length));
        for (int i = 0; i < widths.Length; i++)
        {
            KernelFigure[] some = [.. figures.Where(figure => figure.Width == widths[i])];
            Markers(chart, some.Select(figure => figure.Gflops), some.Select(figure => (double)Array.IndexOf(ops, figure.Op)), i, NameOf(widths[i]));
        }

        // After all markers: Skia's SVG would try to dash those that follow.
        for (int i = 0; i < widths.Length; i++)
        {
            double peak = peaks[widths[i]];
            var line = chart.Plot.Add.Line(peak, -0.5, peak, ops.Length - 0.5);
            line.Color = Palette.OfSeries(i).ForChart;
            line.LinePattern = LinePattern.Dashed;
            line.LineWidth = 1;
        }

        Rows(chart, ops);
        chart.Label(chart.Plot.Axes.Bottom, $"GFLOP/s, one thread, batch {OpCatalogue.Batch}, {processor}");
        chart.Plot.Axes.SetLimitsX(0, 1.05 * figures.Select(figure => figure.Gflops).Concat(peaks.Values).Max());
        chart.Plot.ShowLegend(Alignment.LowerRight);
        return chart;

        static string NameOf(SimdWidth width) => $"{width}" is var name && name.StartsWith("Bits", StringComparison.Ordinal) ? $"{name[4..]} bits" : name.ToLowerInvariant();
    }

    /// <summary>The time over the arithmetic, both on logarithmic axes; the dashed line is what the peak allows.</summary>
    public static Chart Sizes(IReadOnlyList<SizeFigure> figures, double peak, string processor)
    {
        var chart = new Chart("sizes", $"Time over size; dashed: what the FMA peak of {peak:F0} GFLOP/s allows", "", 900, 440);
        foreach ((int i, IGrouping<string, SizeFigure> op) in figures.GroupBy(figure => figure.Op).Index())
        {
            var line = chart.Plot.Add.Scatter(op.Select(figure => Math.Log10(figure.Flop / 1e6)).ToArray(), op.Select(figure => Math.Log10(1e3 * figure.Seconds)).ToArray(), Palette.OfSeries(i).ForChart);
            line.LineWidth = 2;
            ChartMarkers.Set(line.MarkerStyle, Shapes[i % Shapes.Length]);
            line.MarkerSize = 8;
            line.LegendText = op.Key;
        }

        double[] ends = [figures.Min(figure => figure.Flop), figures.Max(figure => figure.Flop)];
        var ideal = chart.Plot.Add.Line(Math.Log10(ends[0] / 1e6), Math.Log10(ends[0] / peak / 1e6), Math.Log10(ends[1] / 1e6), Math.Log10(ends[1] / peak / 1e6));
        ideal.Color = Palette.Muted.ForChart;
        ideal.LinePattern = LinePattern.Dashed;
        chart.Plot.Axes.Bottom.TickGenerator = Powers(1);
        chart.Plot.Axes.Left.TickGenerator = Powers(1);
        chart.Label(chart.Plot.Axes.Bottom, $"million floating-point operations, one thread, batch {Plots.SizeBatch}, {processor}");
        chart.Label(chart.Plot.Axes.Left, "milliseconds");
        chart.Plot.ShowLegend(Alignment.UpperLeft);
        return chart;
    }

    /// <summary>Images/s by network, a marker for each library, on a logarithmic axis.</summary>
    public static Chart Peers(string job, int threads, IReadOnlyList<PeerFigure> figures, string processor)
    {
        string[] networks = [.. figures.Select(figure => figure.Network).Distinct()];
        string word = job.Split(' ', ',')[0];
        var chart = new Chart(
            $"peers-{word}-{threads}", $"{char.ToUpperInvariant(job[0])}{job[1..]}", "", 900, 110 + (34 * networks.Length));
        foreach ((int i, IGrouping<string, PeerFigure> library) in figures.GroupBy(figure => figure.Contestant).Index())
        {
            Markers(chart, library.Select(figure => Math.Log10(figure.Median)), library.Select(figure => (double)Array.IndexOf(networks, figure.Network)), i, library.Key);
        }

        Rows(chart, networks);
        chart.Plot.Axes.Bottom.TickGenerator = Powers(1, 2, 5);
        chart.Label(chart.Plot.Axes.Bottom, $"images per second, {threads} {(threads == 1 ? "thread" : "threads")}, {processor}");
        (double least, double most) = (Math.Log10(figures.Min(figure => figure.Median)), Math.Log10(figures.Max(figure => figure.Median)));
        chart.Plot.Axes.SetLimitsX(least - 0.15, most + 0.6);
        chart.Plot.ShowLegend(Alignment.MiddleRight);
        return chart;
    }

    /// <summary>The accuracy over the images of each class, on a logarithmic axis, a line for each way to learn; bars reach a standard deviation up and down.</summary>
    public static Chart Transfer(string name, string title, IReadOnlyList<TransferFigure> figures)
    {
        var chart = new Chart(name, title, "", 560, 380);
        foreach ((int i, IGrouping<string, TransferFigure> way) in figures.GroupBy(figure => figure.Way).Index())
        {
            double[] x = [.. way.Select(figure => Math.Log10(figure.Images))], y = [.. way.Select(figure => figure.Mean)];
            var bars = chart.Plot.Add.ErrorBar(x, y, [.. way.Select(figure => figure.Deviation)]);
            bars.Color = Palette.OfSeries(i).ForChart;
            bars.CapSize = 4;
            var line = chart.Plot.Add.Scatter(x, y, Palette.OfSeries(i).ForChart);
            line.LineWidth = 2;
            ChartMarkers.Set(line.MarkerStyle, Shapes[i % Shapes.Length]);
            line.MarkerSize = 8;
            line.LegendText = way.Key;
        }

        double[] counts = [.. figures.Select(figure => figure.Images).Distinct()];
        chart.Plot.Axes.Bottom.TickGenerator = new NumericManual([.. counts.Select(Math.Log10)], [.. counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture))]);
        chart.Label(chart.Plot.Axes.Bottom, "images of each class");
        chart.Label(chart.Plot.Axes.Left, "test accuracy, %");
        chart.Plot.ShowLegend(Alignment.LowerRight);
        return chart;
    }

    private static void Markers(Chart chart, IEnumerable<double> x, IEnumerable<double> y, int series, string name)
    {
        var markers = chart.Plot.Add.Markers(x.ToArray(), y.ToArray(), Shapes[series % Shapes.Length], 9, Palette.OfSeries(series).ForChart);
        ChartMarkers.Set(markers.MarkerStyle, Shapes[series % Shapes.Length]);
        markers.LegendText = name;
    }

    /// <summary>One name for each row, the first on top.</summary>
    private static void Rows(Chart chart, string[] names)
    {
        chart.Plot.Axes.Left.TickGenerator = new NumericManual([.. Enumerable.Range(0, names.Length).Select(i => (double)i)], names);
        chart.Plot.Axes.SetLimitsY(names.Length - 0.5, -0.5);
    }

    /// <summary>Ticks at powers of ten times some digits, for values that are logarithms.</summary>
    private static NumericManual Powers(params int[] digits)
    {
        double[] values = [.. Enumerable.Range(-5, 12).SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power)))];
        return new NumericManual([.. values.Select(Math.Log10)], [.. values.Select(value => value >= 1 ? value.ToString("N0", CultureInfo.InvariantCulture) : value.ToString("0.#####", CultureInfo.InvariantCulture))]);
    }
}

/// <summary>What a way to learn came to.</summary>
/// <param name="Way">The way.</param>
/// <param name="Images">The images of each class.</param>
/// <param name="Mean">The mean accuracy, in percent.</param>
/// <param name="Deviation">Its standard deviation over seeds.</param>
internal sealed record TransferFigure(string Way, double Images, double Mean, double Deviation);
