using System.Text;
using ScottPlot;

namespace NeuralCore.Imaging.Report;

/// <summary>
/// Makes a report of a trained model: one page that needs no other file and no network, and its pictures as PNGs. The same model
/// and test images give the same bytes.
/// </summary>
public static class TrainingReport
{
    /// <summary>The name of the page among the files.</summary>
    public const string PageName = "report.html";

    /// <summary>Makes the files, the page last.</summary>
    /// <param name="subject">What the report is about.</param>
    /// <exception cref="ArgumentException">The test images are not of the size that the model takes.</exception>
    public static IReadOnlyList<ReportFile> Create(ReportSubject subject)
    {
        if (subject.Test.ItemShape != subject.Model.Input.Shape)
        {
            throw new ArgumentException($"The model takes images of {subject.Model.Input.Shape}, and the test images are {subject.Test.ItemShape}.", nameof(subject));
        }

        ReportContent content = Collect(subject);
        byte[] page = Encoding.UTF8.GetBytes(ReportPage.Write(content));
        return [
            .. content.Charts.Select(chart => chart.ToPng()),
            .. content.Galleries.Select(GallerySheet.Draw),
            new ReportFile(PageName, page),
        ];
    }

    private static ReportContent Collect(ReportSubject subject)
    {
        LearningCurves? curves = subject.Curves is { Epochs: > 0 } known ? known : null;
        ConfusionMatrix confusion = subject.Evaluation.Confusion;
        Calibration calibration = Calibration.Of(subject.Evaluation.Predictions, subject.Test);
        int[] recognised = Showcase.Recognised(subject);
        int[] mistaken = Showcase.Mistaken(subject);
        int[] explained = Showcase.Explained(recognised, mistaken);
        LayerCall? layer = GradCam.LayerOf(subject.Model);
        return new ReportContent(subject, calibration)
        {
            Loss = curves is null
                ? null
                : LearningChart.Draw("loss", "Loss", curves.Loss, curves.ValidationLoss, Alignment.UpperRight, Words.Number, Words.Short),
            Accuracy = curves is null
                ? null
                : LearningChart.Draw("accuracy", "Accuracy", curves.Accuracy, curves.ValidationAccuracy, Alignment.LowerRight, Words.Percent, Words.ShortPercent),
            LearningRate = curves is null ? null : LearningChart.DrawRate(curves),
            Confusion = confusion.Classes <= ReportContent.MostClasses ? ConfusionChart.Draw(confusion) : null,
            Reliability = ReliabilityChart.Draw(calibration),
            Recognised = NotEmpty(Showcase.RecognisedGallery(subject, recognised)),
            Mistakes = NotEmpty(Showcase.MistakenGallery(subject, mistaken)),
            Saliency = NotEmpty(Showcase.SaliencyGallery(subject, explained)),
            Regions = layer is null ? null : NotEmpty(Showcase.RegionGallery(subject, layer, explained)),
            Embedding = Embedding.Of(subject),
            Filters = NetworkPictures.Filters(subject.Model),
            FeatureMaps = subject.Test.Count == 0 ? [] : [.. NetworkPictures.FeatureMaps(subject, recognised.Append(0).First())],
        };
    }

    private static Gallery? NotEmpty(Gallery gallery) => gallery.Exhibits.Count > 0 ? gallery : null;
}
