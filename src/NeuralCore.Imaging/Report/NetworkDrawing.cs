using System.Globalization;

namespace NeuralCore.Imaging.Report;

/// <summary>
/// A network as a drawing: a box an input and an application of a layer, in rows by the longest way from an input, and a line from each to who reads it.
/// </summary>
internal static class NetworkDrawing
{
    private const int BoxWidth = 176, BoxHeight = 40, RowGap = 28, ColumnGap = 20, Margin = 8;

    /// <summary>The drawing as SVG; empty for a chain of layers, which the table shows as well.</summary>
    public static string Write(Model model)
    {
        var rows = new Dictionary<Value, int>();
        var boxes = new List<(Value Value, string Name, string Kind)>();
        foreach (Value input in model.Inputs)
        {
            rows[input] = 0;
            boxes.Add((input, input.Name, "Input"));
        }

        foreach (LayerCall call in model.Calls.Where(call => rows.TryAdd(call.Output, 1 + call.Inputs.Max(input => rows[input]))))
        {
            boxes.Add((call.Output, model.NameOf(call.Layer), call.Layer.GetType().Name));
        }

        if (boxes.GroupBy(box => rows[box.Value]).All(row => row.Count() == 1))
        {
            return string.Empty;
        }

        int widest = boxes.GroupBy(box => rows[box.Value]).Max(row => row.Count());
        int width = (widest * (BoxWidth + ColumnGap)) - ColumnGap + (2 * Margin), height = ((rows.Values.Max() + 1) * (BoxHeight + RowGap)) - RowGap + (2 * Margin);
        var places = new Dictionary<Value, (double X, int Y)>();
        foreach (IGrouping<int, (Value Value, string Name, string Kind)> row in boxes.GroupBy(box => rows[box.Value]))
        {
            int count = row.Count(), used = (count * (BoxWidth + ColumnGap)) - ColumnGap;
            foreach ((int column, (Value value, _, _)) in row.Index())
            {
                places[value] = (((width - used) / 2.0) + (column * (BoxWidth + ColumnGap)) + (BoxWidth / 2.0), Margin + (row.Key * (BoxHeight + RowGap)));
            }
        }

        IEnumerable<string> lines = model.Calls.SelectMany(call => call.Inputs.Select(input => Line(places[input], places[call.Output])));
        IEnumerable<string> drawn = boxes.Select(box => Box(places[box.Value], box.Name, $"{box.Kind} {box.Value.Shape}"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <figure class="chart">
            <figcaption>What each layer reads</figcaption>
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="The layers of the network, and what each reads" style="max-width:{width}px">
            {Html.Join(lines)}
            {Html.Join(drawn)}
            </svg>
            </figure>
            """);
    }

    private static string Line((double X, int Y) from, (double X, int Y) to) => string.Create(
        CultureInfo.InvariantCulture,
        $"<path d=\"M{from.X} {from.Y + BoxHeight} C{from.X} {from.Y + BoxHeight + RowGap} {to.X} {to.Y - RowGap} {to.X} {to.Y}\" fill=\"none\" stroke=\"var(--muted)\"/>");

    private static string Box((double X, int Y) place, string name, string detail) => string.Create(
        CultureInfo.InvariantCulture,
        $"<g><rect x=\"{place.X - (BoxWidth / 2.0)}\" y=\"{place.Y}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"4\" fill=\"var(--paper)\" stroke=\"var(--line)\"/>"
        + $"<text x=\"{place.X}\" y=\"{place.Y + 17}\" text-anchor=\"middle\" font-size=\"13\" font-weight=\"600\" fill=\"var(--ink)\">{Html.Text(Short(name))}</text>"
        + $"<text x=\"{place.X}\" y=\"{place.Y + 32}\" text-anchor=\"middle\" font-size=\"11\" fill=\"var(--muted)\">{Html.Text(Short(detail))}</text></g>");

    private static string Short(string text) => text.Length <= 28 ? text : text[..27] + "…";
}
