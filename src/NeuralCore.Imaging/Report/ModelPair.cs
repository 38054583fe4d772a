namespace NeuralCore.Imaging.Report;

/// <summary>Two models on the same test images: what one recognises and the other does not.</summary>
internal sealed class ModelPair
{
    private const int MostPictures = 16;

    /// <summary>A difference that chance would make less often than this is called more than chance.</summary>
    private const double Significance = 0.05;

    private readonly ReportSubject _first;
    private readonly ReportSubject _second;
    private readonly int[] _onlyFirst;
    private readonly int[] _onlySecond;
    private readonly int _both;
    private readonly string _suffix;

    /// <summary>Compares two models.</summary>
    /// <param name="first">A model.</param>
    /// <param name="second">Another one, on the same images.</param>
    /// <param name="suffix">What the names of the pictures' files end in.</param>
    public ModelPair(ReportSubject first, ReportSubject second, string suffix)
    {
        (_first, _second, _suffix) = (first, second, suffix);
        int[] all = [.. Enumerable.Range(0, first.Test.Count)];
        _onlyFirst = [.. all.Where(i => IsRight(first, i) && !IsRight(second, i))];
        _onlySecond = [.. all.Where(i => !IsRight(first, i) && IsRight(second, i))];
        _both = all.Count(i => IsRight(first, i) && IsRight(second, i));
    }

    /// <summary>Which one is better, and whether the difference is more than chance, in one sentence.</summary>
    public string Verdict
    {
        get
        {
            if (_onlyFirst.Length == _onlySecond.Length)
            {
                return $"{_first.Name} and {_second.Name} recognise the same number of images.";
            }

            (ReportSubject better, ReportSubject other) = _onlyFirst.Length > _onlySecond.Length ? (_first, _second) : (_second, _first);
            double chance = McNemar.PValue(_onlyFirst.Length, _onlySecond.Length);
            string judged = chance < Significance ? "more than chance explains" : "within chance";
            return $"{better.Name} recognises {Words.Count(Math.Abs(_onlyFirst.Length - _onlySecond.Length), "image", "images")} more than {other.Name}, which is {judged}: "
                + $"between two equally good models a difference at least this large has a probability of {Words.Chance(chance)} (McNemar's exact test).";
        }
    }

    /// <summary>The images that one of them alone recognises.</summary>
    public IEnumerable<Gallery> Galleries => new[] { First, Second }.Where(gallery => gallery.Exhibits.Count > 0);

    private Gallery First => Alone($"only-first{_suffix}", _first, _second, _onlyFirst);

    private Gallery Second => Alone($"only-second{_suffix}", _second, _first, _onlySecond);

    /// <summary>The misclassified images of a model.</summary>
    public static int Errors(ReportSubject model) => Enumerable.Range(0, model.Test.Count).Count(i => !IsRight(model, i));

    /// <summary>The section about the pair.</summary>
    /// <param name="withVerdict">Whether it says again which one is better.</param>
    public string Write(bool withVerdict)
    {
        (string first, string second) = (Html.Text(_first.Name), Html.Text(_second.Name));
        int neither = _first.Test.Count - _both - _onlyFirst.Length - _onlySecond.Length;
        return $"""
            <section>
            <h2>{first} and {second}</h2>
            {(withVerdict ? $"<p>{Html.Text(Verdict)}</p>" : "")}
            <div class="scroll" tabindex="0"><table>
            <caption>Test images by which of the two recognises them.</caption>
            <thead><tr><th></th><th scope="col">{second} correct</th><th scope="col">{second} wrong</th></tr></thead>
            <tbody>
            <tr><th scope="row">{first} correct</th><td>{Words.Count(_both)}</td><td>{Words.Count(_onlyFirst.Length)}</td></tr>
            <tr><th scope="row">{first} wrong</th><td>{Words.Count(_onlySecond.Length)}</td><td>{Words.Count(neither)}</td></tr>
            </tbody></table></div>
            {Pictures(First, _onlyFirst.Length)}
            {Pictures(Second, _onlySecond.Length)}
            </section>
            """;
    }

    private static string Pictures(Gallery gallery, int count) => $"""
        <h3>{Html.Text(gallery.Title)}</h3>
        {(count == 0 ? "<p>None.</p>" : $"<p>{(count > MostPictures ? $"{MostPictures} of {Words.Count(count)}. " : "")}The answer and the confidence are those of the model that is wrong, the number is the index of the test image.</p>{Html.Figures(gallery, "ink")}")}
        """;

    private static bool IsRight(ReportSubject model, int item) => model.Evaluation.Predictions.Class(item) == model.Test.Label(item);

    private static Gallery Alone(string name, ReportSubject right, ReportSubject wrong, int[] items) => new(
        name, $"Recognised by {right.Name} alone",
        [.. items.OrderByDescending(wrong.Evaluation.Predictions.Probability).Take(MostPictures).Select(i => Showcase.Mistake(wrong, i))]);
}
