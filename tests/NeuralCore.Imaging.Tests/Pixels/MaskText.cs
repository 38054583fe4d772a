using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Tests.Pixels;

/// <summary>Masks that can be read in a test: # is ink, everything else is not.</summary>
internal static class MaskText
{
    /// <summary>Makes a mask of its rows.</summary>
    public static Mask Parse(params string[] rows) => new(rows[0].Length, rows.Length, [.. rows.SelectMany(row => row.Select(c => c == '#'))]);

    /// <summary>The rows of a mask.</summary>
    public static string[] Of(Mask mask) =>
        [.. mask.Pixels.Chunk(mask.Width).Select(row => string.Concat(row.Select(ink => ink ? '#' : '.')))];
}
