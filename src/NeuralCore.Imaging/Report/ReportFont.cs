using ScottPlot;
using SkiaSharp;

namespace NeuralCore.Imaging.Report;

/// <summary>
/// The typeface of all that is written into pictures, Inter, which travels inside this assembly: servers and containers often have no font at all, and text
/// would vanish from their pictures without a word. It also makes the pictures of all machines the same.
/// </summary>
internal static class ReportFont
{
    /// <summary>The name of the typeface.</summary>
    public const string Family = "Inter";

    private static readonly byte[] RegularBytes = Resource.Bytes("Inter-Regular.otf");
    private static readonly byte[] SemiBoldBytes = Resource.Bytes("Inter-SemiBold.otf");

    /// <summary>For text.</summary>
    public static readonly SKTypeface Regular = Open(RegularBytes);

    /// <summary>For what should stand out.</summary>
    public static readonly SKTypeface SemiBold = Open(SemiBoldBytes);

    /// <summary>Both weights as a style sheet that needs no other file.</summary>
    public static string StyleSheet => Face(400, RegularBytes) + Face(600, SemiBoldBytes);

    /// <summary>Lets ScottPlot find the typeface by its name.</summary>
    public static void Register()
    {
        lock (Fonts.FontResolvers)
        {
            if (!Fonts.FontResolvers.OfType<Resolver>().Any())
            {
                Fonts.FontResolvers.Insert(0, new Resolver());
            }
        }
    }

    private static SKTypeface Open(byte[] font)
    {
        using SKData data = SKData.CreateCopy(font);
        return SKTypeface.FromData(data);
    }

    private static string Face(int weight, byte[] font) =>
        $"@font-face{{font-family:{Family};font-weight:{weight};src:url(data:font/otf;base64,{Convert.ToBase64String(font)})}}\n";

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            CreateTypeface(fontName, weight >= FontWeight.SemiBold, slant != FontSlant.Upright);

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            fontName != Family ? null : bold ? SemiBold : Regular;
    }
}
