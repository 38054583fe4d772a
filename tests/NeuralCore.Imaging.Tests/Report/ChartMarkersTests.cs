using System.Diagnostics;
using NeuralCore.Imaging.Report;
using ScottPlot;
using Xunit;

namespace NeuralCore.Imaging.Tests.Report;

/// <summary>Markers of charts can be drawn while garbage is collected.</summary>
public sealed class ChartMarkersTests
{
    private static readonly MarkerShape[] Shapes =
        [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.Eks, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleUp];

    /// <summary>ScottPlot's own crosses end the process in 2 to 16 seconds of this.</summary>
    [Fact]
    public void Collections_free_no_marker_that_is_being_drawn()
    {
        var plot = new Plot();
        foreach (MarkerShape shape in Shapes)
        {
            double[] places = [.. Enumerable.Range(0, 200).Select(i => (double)i)];
            ChartMarkers.Set(plot.Add.Markers(places, places, MarkerShape.FilledCircle, 20, Colors.Black).MarkerStyle, shape);
        }

        using var done = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        var watch = Stopwatch.StartNew();
        do
        {
            Assert.NotEmpty(plot.GetImageBytes(200, 150, ImageFormat.Png));
        }
        while (watch.Elapsed < TimeSpan.FromSeconds(5));

        done.Cancel();
        collector.Join();
    }
}
