namespace NeuralCore.Imaging.Report;

/// <summary>The sections that are made of pictures.</summary>
internal static class PictureSections
{
    /// <summary>Test images, recognised and not.</summary>
    public static string Examples(ReportContent content) => $"""
        <section id="examples">
        <h2>Examples</h2>
        <h3>Correct</h3>
        {(content.Recognised is { } recognised ? Html.Figures(recognised, "ink", "gallery dense") : "<p>No test image was recognised.</p>")}
        <h3>Most confident errors</h3>
        {(content.Mistakes is { } mistakes ? Worst(mistakes) : "<p>None.</p>")}
        </section>
        """;

    /// <summary>What the network looks for, and what it sees.</summary>
    public static string Inside(ReportContent content) => $"""
        <section id="inside">
        <h2>Inside</h2>
        {Saliency(content.Saliency)}
        <h3>Filters and feature maps of the first layers</h3>
        <p>Filters in orange (positive weights) and blue (negative weights), then the activations of each layer for one test image; darker is stronger.</p>
        <div class="mosaics">
        {Html.Join(content.Filters is { } filters ? filters.Exhibits.Select(exhibit => Html.Figure(exhibit, "signed")) : [])}
        {Html.Join(content.FeatureMaps.SelectMany(maps => maps.Exhibits).Select(exhibit => Html.Figure(exhibit, "ink")))}
        </div>
        </section>
        """;

    private static string Worst(Gallery mistakes) => $"""
        <p>The percentage is the confidence, the number is the index of the test image.</p>
        {Html.Figures(mistakes, "ink")}
        """;

    private static string Saliency(Gallery? saliency) => saliency is null ? "" : $"""
        <h3>What the answers depend on</h3>
        <p>The gradient of the winning score with respect to each pixel. More ink on orange raises the score, more ink on blue lowers it.</p>
        {Html.Figures(saliency, "signed")}
        """;
}
