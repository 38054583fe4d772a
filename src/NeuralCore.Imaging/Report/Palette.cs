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

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ReportColor> All = [Ink, Muted, Line, First, Second, Paper];
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
