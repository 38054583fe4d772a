namespace NeuralCore.Imaging.Report;

/// <summary>Whether the confidence of the model matches its accuracy.</summary>
internal static class CalibrationSection
{
    public static string Write(ReportContent content)
    {
        CalibrationBin[] filled = [.. content.Calibration.Bins.Where(bin => bin.Count > 0)];
        double confidence = filled.Sum(bin => bin.Confidence * bin.Count) / filled.Sum(bin => bin.Count);
        double accuracy = content.Subject.Evaluation.Accuracy;

        // What the accuracy may differ by from one set of test images to another, with 95 % confidence.
        double chance = 1.96 * Math.Sqrt(accuracy * (1 - accuracy) / filled.Sum(bin => bin.Count));
        string verdict = Math.Abs(confidence - accuracy) <= chance ? "about as confident as it is accurate" : confidence > accuracy ? "overconfident" : "underconfident";
        IEnumerable<string> rows = filled.Reverse().Select(bin =>
            $"<tr><th scope=\"row\">{Words.ShortPercent(bin.From)} – {Words.ShortPercent(bin.To)}</th><td>{Words.Count(bin.Count)}</td><td>{Words.Percent(bin.Confidence)}</td><td>{Words.Percent(bin.Accuracy)}</td></tr>");
        return $"""
            <section id="confidence">
            <h2>Confidence</h2>
            <p>The mean confidence is {Words.Percent(confidence)} and the accuracy {Words.Percent(accuracy)}: the model is {verdict}. The expected calibration error, the mean gap between the two over bins of confidence, is {Words.Percent(content.Calibration.ExpectedError)}. A perfectly calibrated model lies on the dashed line; bars are 95% intervals, which are wide for few images.</p>
            <div class="pair">
            {Html.Figure(content.Reliability)}
            <div class="scroll" tabindex="0"><table>
            <caption>Test images by confidence.</caption>
            <thead><tr><th scope="col">Confidence</th><th scope="col">Images</th><th scope="col">Mean</th><th scope="col">Accuracy</th></tr></thead>
            <tbody>
            {Html.Join(rows)}
            </tbody></table></div>
            </div>
            </section>
            """;
    }
}
