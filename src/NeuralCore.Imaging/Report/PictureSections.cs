namespace NeuralCore.Imaging.Report;

/// <summary>The sections that are made of pictures.</summary>
internal static class PictureSections
{
    /// <summary>Test images, recognised and not.</summary>
    public static string Examples(ReportContent content) => $"""
        <section id="examples">
        <h2>Examples</h2>
        <h3>Recognised</h3>
        {(content.Recognised is { } recognised ? Html.Figures(recognised, "ink", "gallery dense") : "<p>No test image was recognised.</p>")}
        <h3>The worst mistakes</h3>
        {(content.Mistakes is { } mistakes ? Worst(mistakes) : "<p>There are none.</p>")}
        </section>
        """;

    /// <summary>What the network looks for, and what it sees.</summary>
    public static string Inside(ReportContent content) => $"""
        <section id="inside">
        <h2>Inside</h2>
        {Saliency(content.Saliency)}
        <h3>What the first layers look for, and what they see</h3>
        <p>Filters in orange and blue: ink under orange excites them, ink under blue calms them. Then what each layer answers to one test image, the more ink the stronger.</p>
        <div class="mosaics">
        {Html.Join(content.Filters is { } filters ? filters.Exhibits.Select(exhibit => Html.Figure(exhibit, "signed")) : [])}
        {Html.Join(content.FeatureMaps.SelectMany(maps => maps.Exhibits).Select(exhibit => Html.Figure(exhibit, "ink")))}
        </div>
        </section>
        """;

    private static string Worst(Gallery mistakes) => $"""
        <p>Wrong, and surest of it. The percentage says how sure, the number which of the test images it is.</p>
        {Html.Figures(mistakes, "ink")}
        """;

    private static string Saliency(Gallery? saliency) => saliency is null ? "" : $"""
        <h3>What the answers depend on</h3>
        <p>The gradient of the winning score by each pixel. More ink on orange makes the network surer of its answer, more ink on blue less sure.</p>
        {Html.Figures(saliency, "signed")}
        """;
}
