namespace NeuralCore.Imaging.Report;

/// <summary>The page: its frame, its first lines, and the order of its sections.</summary>
internal static class ReportPage
{
    /// <summary>Writes the page.</summary>
    public static string Write(ReportContent content)
    {
        string title = Html.Text($"{content.Subject.Name}: {Words.Percent(content.Subject.Evaluation.Accuracy)} of {Words.Count(content.Subject.Test.Count)} test images");
        return Frame(title, $"""
            {Header(content)}
            {TrainingSection.Write(content)}
            {ClassSection.Write(content)}
            {CalibrationSection.Write(content)}
            {PictureSections.Examples(content)}
            {PictureSections.Inside(content)}
            {NetworkSection.Write(content.Subject)}
            """);
    }

    /// <summary>A page around its parts.</summary>
    /// <param name="title">Its title, as HTML.</param>
    /// <param name="main">Its parts, as HTML.</param>
    public static string Frame(string title, string main) => $"""
        <!DOCTYPE html>
        <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>{title}</title>
        <style>
        {Colors()}
        {Resource.Text("report.css")}
        {ReportFont.StyleSheet}</style>
        </head>
        <body>
        <main>
        {main}
        </main>
        <footer>Made by NeuralCore. This page needs no other file; its pictures lie beside it as PNGs.</footer>
        </body>
        </html>

        """;

    private static string Header(ReportContent content)
    {
        Evaluation evaluation = content.Subject.Evaluation;
        int total = content.Subject.Test.Count;
        int right = Enumerable.Range(0, evaluation.Confusion.Classes).Sum(c => evaluation.Confusion[c, c]);
        return $"""
            <header>
            <p class="eyebrow">{Html.Text(content.Subject.Name)}</p>
            <h1>{Words.Count(right)} of {Words.Count(total, "test image", "test images")} recognised</h1>
            <dl class="facts">
            {Fact("accuracy", Words.Percent(evaluation.Accuracy))}
            {Fact("errors", Words.Count(total - right))}
            {Fact("loss", Words.Number(evaluation.Loss))}
            {Fact("calibration error", Words.Percent(content.Calibration.ExpectedError))}
            {Fact("parameters", Words.Count(content.Subject.Model.Summary.ParameterCount))}
            {Fact("epochs", content.Subject.Curves is { } curves ? Words.Count(curves.Epochs) : "–")}
            </dl>
            <nav aria-label="Sections"><a href="#training">Training</a> <a href="#classes">Classes</a> <a href="#confidence">Confidence</a> <a href="#examples">Examples</a> <a href="#inside">Inside</a> <a href="#network">Network</a></nav>
            </header>
            """;
    }

    private static string Fact(string name, string value) => $"<div><dt>{name}</dt><dd>{value}</dd></div>";

    /// <summary>The palette as variables: that of paper, and the other on dark screens, but never in print.</summary>
    private static string Colors()
    {
        string light = string.Concat(Palette.All.Select(color => $"--{color.Name}:{color.LightHex};"));
        string dark = string.Concat(Palette.All.Select(color => $"--{color.Name}:{color.DarkHex};"));
        return $":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}";
    }
}
