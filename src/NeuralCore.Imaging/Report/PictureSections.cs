namespace NeuralCore.Imaging.Report;

/// <summary>The sections that are made of pictures.</summary>
internal static class PictureSections
{
    private const string GradientText =
        "the gradient of the winning score with respect to each pixel; more ink on orange raises the score, more ink on blue lowers it.";

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
        {Explanations(content)}
        {Embedded(content.Embedding)}
        <h3>Filters and feature maps of the first layers</h3>
        <p>{(content.Filters?.Exhibits.Any(exhibit => exhibit.Picture.IsColoured) == true ? "Filters in the colours that they answer to most, grey where a weight is zero" : "Filters in orange (positive weights) and blue (negative weights)")}, then the activations of each layer for one test image; darker is stronger.</p>
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

    private static string Explanations(ReportContent content) => content switch
    {
        { Saliency: null } => "",
        { Saliency: { } saliency, Regions: null } => $"""
            <h3>What the answers depend on</h3>
            <p>Shown is {GradientText}</p>
            {Html.Figures(saliency, "signed")}
            """,
        { Saliency: { } saliency, Regions: { } regions } => $"""
            <h3>What the answers depend on</h3>
            <p>Left: {GradientText} Right: Grad-CAM (Selvaraju et al., 2017) of the last convolution or pooling whose output is a picture; the stronger the orange, the more that region adds to the score. An image without orange has no region that raises it.</p>
            <div class="gallery twos">
            {Html.Join(saliency.Exhibits.Zip(regions.Exhibits, (left, right) => Html.Figure("signed", left, right)))}
            </div>
            """,
    };

    private static string Embedded(Embedding? embedding) => embedding is null ? "" : $"""
        <h3>How the network groups the images</h3>
        <p>Each point is one of {Words.Count(embedding.Points, "test image", "test images")}: the {Words.Count(embedding.Dimensions)} activations of the last hidden layer, projected onto the two directions in which they vary most (principal component analysis). These two hold {Words.Percent(embedding.Share)} of the variance, so images that are apart here are apart in the network, and images that overlap here need not be. Colour and number are the true class; {Errors(embedding.Mistakes)}.</p>
        <div class="wide">
        {Html.Figure(embedding.Chart)}
        </div>
        """;

    private static string Errors(int count) => count == 0 ? "none of these images was misclassified" : $"a cross is one of the {Words.Count(count, "error", "errors")}";
}
