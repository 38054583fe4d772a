namespace NeuralCore.Imaging.Report;

/// <summary>Whether the model is as often right as it is sure to be.</summary>
internal static class CalibrationSection
{
    public static string Write(ReportContent content)
    {
        CalibrationBin[] filled = [.. content.Calibration.Bins.Where(bin => bin.Count > 0)];
        double confidence = filled.Sum(bin => bin.Confidence * bin.Count) / filled.Sum(bin => bin.Count);
        string verdict = confidence > content.Subject.Evaluation.Accuracy ? "surer than it should be" : "less sure than it could be";
        IEnumerable<string> rows = filled.Reverse().Select(bin =>
            $"<tr><th scope=\"row\">{Words.ShortPercent(bin.From)} – {Words.ShortPercent(bin.To)}</th><td>{Words.Count(bin.Count)}</td><td>{Words.Percent(bin.Confidence)}</td><td>{Words.Percent(bin.Accuracy)}</td></tr>");
        return $"""
            <section id="confidence">
            <h2>Confidence</h2>
            <p>On average the model is {Words.Percent(confidence)} sure and {Words.Percent(content.Subject.Evaluation.Accuracy)} right: {verdict}. The expected calibration error, the mean distance of the two over bins of equal confidence, is {Words.Percent(content.Calibration.ExpectedError)}. On the dashed line a model is as often right as it is sure; the bars are 95% intervals, long where there are few images.</p>
            <div class="pair">
            {Html.Figure(content.Reliability)}
            <div class="scroll"><table>
            <caption>Test images by confidence.</caption>
            <thead><tr><th scope="col">Sure</th><th scope="col">Images</th><th scope="col">Mean</th><th scope="col">Right</th></tr></thead>
            <tbody>
            {Html.Join(rows)}
            </tbody></table></div>
            </div>
            </section>
            """;
    }
}
