namespace NeuralCore.Imaging.Report;

/// <summary>The layers, and what is needed to know the model again.</summary>
internal static class NetworkSection
{
    public static string Write(ReportSubject subject)
    {
        IEnumerable<string> rows = subject.Model.Summary.Layers.Select(layer =>
            $"<tr><th scope=\"row\">{Html.Text(layer.Name)}</th><td>{Html.Text(layer.Kind)}</td><td>{layer.OutputShape}</td><td>{Words.Count(layer.ParameterCount)}</td></tr>");
        return $"""
            <section id="network">
            <h2>Network</h2>
            <div class="scroll" tabindex="0"><table class="layers">
            <caption>Input: {subject.Model.Input.Shape}, {Preparation(subject.Model.Input.Preprocessing)}.</caption>
            <thead><tr><th scope="col">Layer</th><th scope="col">Kind</th><th scope="col">Output</th><th scope="col">Parameters</th></tr></thead>
            <tbody>
            {Html.Join(rows)}
            </tbody></table></div>
            {NetworkDrawing.Write(subject.Model)}
            <p class="hash">SHA-256 of the weights: <code>{subject.Model.WeightsSha256()}</code></p>
            </section>
            """;
    }

    private static string Preparation(Preprocessing preprocessing) => preprocessing switch
    {
        _ when preprocessing == Preprocessing.Scale => "pixels divided by 255",
        _ when preprocessing == Preprocessing.L2Columns => "each column of pixels divided by its L2 norm",
        _ when preprocessing == Preprocessing.None => "pixels unchanged",
        _ => $"pixels prepared by {Html.Text(preprocessing.ToString())}",
    };
}
