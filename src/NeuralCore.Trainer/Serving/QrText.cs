using System.Collections;
using System.Text;
using QRCoder;

namespace NeuralCore.Trainer.Serving;

/// <summary>A QR code in the characters of a terminal.</summary>
internal static class QrText
{
    /// <summary>Draws a text, two rows of modules a line of characters: light modules in the terminal's text colour, dark ones in its background.</summary>
    public static string Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using QRCodeData code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.L);
        List<BitArray> rows = code.ModuleMatrix;
        var lines = new StringBuilder();
        for (int y = 0; y < rows.Count; y += 2)
        {
            for (int x = 0; x < rows[y].Length; x++)
            {
                // A light terminal shows the inverse; the quiet zone of four light modules around the code tells cameras which colour is light.
                bool upper = !rows[y][x], lower = y + 1 >= rows.Count || !rows[y + 1][x];
                lines.Append((upper, lower) switch { (true, true) => '█', (true, false) => '▀', (false, true) => '▄', _ => ' ' });
            }

            lines.AppendLine();
        }

        return lines.ToString();
    }
}
