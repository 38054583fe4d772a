using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Imaging.Report;
using Xunit;

namespace NeuralCore.Imaging.Tests.Report;

public sealed class CalibrationTests
{
    [Fact]
    public void Bins_are_those_of_a_calculation_by_hand()
    {
        using var subject = new TinySubject();
        Evaluation evaluation = subject.Evaluation;
        double error = 0;
        foreach (IGrouping<int, int> bin in Enumerable.Range(0, subject.Test.Count).GroupBy(i => Math.Min(9, (int)(10.0 * evaluation.Predictions.Probability(i)))))
        {
            double confidence = bin.Average(i => (double)evaluation.Predictions.Probability(i));
            double accuracy = bin.Average(i => evaluation.Predictions.Class(i) == subject.Test.Label(i) ? 1.0 : 0.0);
            error += Math.Abs(confidence - accuracy) * bin.Count() / subject.Test.Count;
        }

        var calibration = Calibration.Of(evaluation.Predictions, subject.Test);
        Assert.Equal(error, calibration.ExpectedError, 1e-12);
        Assert.Equal(subject.Test.Count, calibration.Bins.Sum(bin => bin.Count));
        Assert.Equal(evaluation.Accuracy, (double)calibration.Bins.Sum(bin => bin.Right) / subject.Test.Count, 1e-12);
    }

    [Property]
    public void An_interval_holds_its_accuracy_and_stays_within_bounds(byte right, byte wrong)
    {
        var bin = new CalibrationBin(0, 1, right + wrong + 1, right, 0.5);
        (double low, double high) = bin.Interval;
        Assert.InRange(low, -1e-12, bin.Accuracy);
        Assert.InRange(high, bin.Accuracy, 1 + 1e-12);
    }

    [Fact]
    public void More_images_make_an_interval_shorter()
    {
        double[] lengths = [.. new[] { 1, 10, 100, 1000 }.Select(n => new CalibrationBin(0, 1, 4 * n, 3 * n, 0.5).Interval).Select(i => i.High - i.Low)];
        Assert.Equal(lengths.OrderDescending(), lengths);
    }
}
