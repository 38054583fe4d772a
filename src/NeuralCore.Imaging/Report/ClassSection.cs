using System.Globalization;

namespace NeuralCore.Imaging.Report;

/// <summary>The confusion matrix, and how well each class is recognised.</summary>
internal static class ClassSection
{
    private const int MostMistakes = 8;

    /// <summary>More errors of the same frequency are counted and not listed.</summary>
    private const int MostTies = 4;

    public static string Write(ReportContent content)
    {
        (ReportSubject subject, ConfusionMatrix confusion) = (content.Subject, content.Subject.Evaluation.Confusion);
        return $"""
            <section id="classes">
            <h2>Classes</h2>
            <p>{Html.Text(Story(subject))}</p>
            <div class="matrixpair">
            {(confusion.Classes <= ReportContent.MostClasses ? Matrix(subject) : "")}
            {MistakeTable(subject)}
            </div>
            {ClassTable(subject)}
            </section>
            """;
    }

    /// <summary>The most frequent error, or errors if several are equally frequent.</summary>
    private static string Story(ReportSubject subject)
    {
        ConfusionMatrix confusion = subject.Evaluation.Confusion;
        Mistake[] mistakes = [.. Mistake.Of(confusion)];
        Mistake[] worst = [.. mistakes.TakeWhile(mistake => mistake.Count == mistakes[0].Count)];
        string[] named = [.. worst.Select(mistake => $"{subject.NameOf(mistake.Label)} predicted as {subject.NameOf(mistake.Prediction)}")];
        return worst.Length switch
        {
            0 => "There are no errors.",
            1 => $"Most frequent error: {named[0]}, {Words.Times(worst[0].Count)} in {Words.Count(confusion.Support(worst[0].Label), "image", "images")}.",
            <= MostTies => $"Most frequent errors: {string.Join(", ", named[..^1])} and {named[^1]}, {Words.Times(worst[0].Count)} each.",
            _ => $"Most frequent errors: {Words.Count(worst.Length)} pairs of classes, {Words.Times(worst[0].Count)} each.",
        };
    }

    private static string Matrix(ReportSubject subject)
    {
        ConfusionMatrix confusion = subject.Evaluation.Confusion;
        var shading = new ConfusionShading(confusion);
        int[] classes = [.. Enumerable.Range(0, confusion.Classes)];
        IEnumerable<string> rows = classes.Select(label =>
            $"<tr><th scope=\"row\">{Html.Text(subject.NumberAndName(label))}</th>{string.Concat(classes.Select(prediction => Cell(confusion[label, prediction], shading.Of(label, prediction))))}</tr>");
        return $"""
            <div class="scroll" tabindex="0"><table class="matrix">
            <caption>Confusion matrix. Rows: true class; columns: prediction.</caption>
            <thead><tr><th></th>{string.Concat(classes.Select(prediction => $"<th scope=\"col\">{prediction}</th>"))}</tr></thead>
            <tbody>
            {Html.Join(rows)}
            </tbody></table></div>
            """;
    }

    private static string Cell(int count, (ReportColor Color, double Strength) shade) => count == 0
        ? "<td class=\"none\">·</td>"
        : $"<td class=\"{shade.Color.Name}\" style=\"--share:{Share(shade.Strength)}\">{count}</td>";

    private static string MistakeTable(ReportSubject subject)
    {
        ConfusionMatrix confusion = subject.Evaluation.Confusion;
        if (!Mistake.Of(confusion).Any())
        {
            return "";
        }

        IEnumerable<string> rows = Mistake.Of(confusion).Take(MostMistakes).Select(mistake =>
            $"<tr><th scope=\"row\">{Html.Text(subject.NameOf(mistake.Label))}</th><td>{Html.Text(subject.NameOf(mistake.Prediction))}</td><td>{Words.Count(mistake.Count)}</td><td>{Words.Count(confusion.Support(mistake.Label))}</td></tr>");
        return $"""
            <div class="scroll" tabindex="0"><table>
            <caption>Most frequent errors.</caption>
            <thead><tr><th scope="col">Actually</th><th scope="col">Predicted</th><th scope="col">Times</th><th scope="col">Images</th></tr></thead>
            <tbody>
            {Html.Join(rows)}
            </tbody></table></div>
            """;
    }

    private static string ClassTable(ReportSubject subject)
    {
        ConfusionMatrix confusion = subject.Evaluation.Confusion;
        int[] classes = [.. Enumerable.Range(0, confusion.Classes)];
        int most = Math.Max(1, classes.Max(c => Math.Max(Missed(confusion, c), Wrong(confusion, c))));
        IEnumerable<string> rows = classes.Select(c =>
            $"<tr><th scope=\"row\">{Html.Text(subject.NumberAndName(c))}</th><td>{Words.Percent(confusion.Precision(c))}</td><td>{Words.Percent(confusion.Recall(c))}</td><td>{Words.Percent(confusion.F1(c))}</td>"
            + $"<td>{Words.Count(confusion.Support(c))}</td>{Bar(Missed(confusion, c), most, "second")}{Bar(Wrong(confusion, c), most, "first")}</tr>");
        return $"""
            <p class="note">Precision: the share of predictions of a class that are correct. Recall: the share of its images that are recognised. Missed: images of the class predicted as another. False: images of another class predicted as this one.</p>
            <div class="scroll" tabindex="0"><table class="classes">
            <caption>How well each class is recognised.</caption>
            <thead><tr><th scope="col">Class</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Images</th><th scope="col" class="bar">Missed</th><th scope="col" class="bar">False</th></tr></thead>
            <tbody>
            {Html.Join(rows)}
            </tbody></table></div>
            """;
    }

    private static int Missed(ConfusionMatrix confusion, int c) => confusion.Support(c) - confusion[c, c];

    private static int Wrong(ConfusionMatrix confusion, int c) => confusion.Predicted(c) - confusion[c, c];

    private static string Bar(int count, int most, string color) =>
        $"<td class=\"bar\"><span class=\"{color}\" style=\"--share:{Share((double)count / most)}\">{Words.Count(count)}</span></td>";

    private static string Share(double share) => share.ToString("0.###", CultureInfo.InvariantCulture);
}
