namespace NeuralCore.Imaging.Report;

/// <summary>
/// The few colours of a report, each with a name, its value on paper, and its value on a dark screen. Charts are drawn in those
/// of paper; in the page they become variables, so that the browser chooses.
/// </summary>
internal static class Palette
{
    /// <summary>Text and digits.</summary>
    public static readonly ReportColor Ink = new("ink", 0x1D2126, 0xE9E6DF);

    /// <summary>Text that can wait.</summary>
    public static readonly ReportColor Muted = new("muted", 0x646B74, 0x9DA3AB);

    /// <summary>Hairlines and grids.</summary>
    public static readonly ReportColor Line = new("line", 0xE2DFD8, 0x30343B);

    /// <summary>The first of two: training, what is right, what speaks against.</summary>
    public static readonly ReportColor First = new("first", 0x1F5FA8, 0x79AEEB);

    /// <summary>The second of two: validation, mistakes, what speaks for.</summary>
    public static readonly ReportColor Second = new("second", 0xC0561A, 0xF0995B);

    /// <summary>What everything lies on.</summary>
    public static readonly ReportColor Paper = new("paper", 0xFFFFFF, 0x15171B);

    /// <summary>Series side by side, such as classes or models: ten colours that differ as much as possible and are legible on both grounds.</summary>
    public static readonly IReadOnlyList<ReportColor> Series =
    [
        new("series0", 0x2F6DB5, 0x7FB2F0), new("series1", 0xD1661E, 0xF5A065), new("series2", 0x2E8B4F, 0x6CCB8C), new("series3", 0xB8322F, 0xF08580), new("series4", 0x7A4FB0, 0xB99AEB),
        new("series5", 0x8A5A3C, 0xCFA287), new("series6", 0xC4458F, 0xF092C8), new("series7", 0x6B7177, 0xA9B0B8), new("series8", 0x8F8A1C, 0xD3CC55), new("series9", 0x1E93A0, 0x62CDD8),
    ];

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ReportColor> All = [Ink, Muted, Line, First, Second, Paper, .. Series];

    /// <summary>The colour of a series, counted from 0; the eleventh has that of the first.</summary>
    public static ReportColor OfSeries(int i) => Series[i % Series.Count];
}

/// <summary>A colour of the report.</summary>
/// <param name="Name">The name of its variable in the page.</param>
/// <param name="Light">Red, green and blue on paper, eight bits each.</param>
/// <param name="Dark">The same on a dark screen.</param>
internal sealed record ReportColor(string Name, uint Light, uint Dark)
{
    /// <summary>The colour on paper as the web writes it.</summary>
    public string LightHex => $"#{Light:X6}";

    /// <summary>The colour on a dark screen as the web writes it.</summary>
    public string DarkHex => $"#{Dark:X6}";

    /// <summary>The colour on paper for ScottPlot.</summary>
    public ScottPlot.Color ForChart => ScottPlot.Color.FromHex(LightHex);

    /// <summary>The colour on paper for Skia.</summary>
    public SkiaSharp.SKColor ForSkia => new(0xFF000000 | Light);

    /// <summary>Red, green and blue on paper.</summary>
    public (byte Red, byte Green, byte Blue) Rgb => ((byte)(Light >> 16), (byte)(Light >> 8), (byte)Light);
}
