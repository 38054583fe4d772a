namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>Damages files: one to four times a byte is changed, set to an extreme, a stretch is cut out, doubled or overwritten, or the end is cut off.</summary>
internal static class ImageMutation
{
    private static readonly byte[] Extremes = [0, 1, 0x7F, 0x80, 0xFE, 0xFF];

    /// <summary>A damaged copy of a file.</summary>
    public static byte[] Of(byte[] file, Random random)
    {
        var bytes = new List<byte>(file);
        for (int count = random.Next(1, 5); count > 0 && bytes.Count > 1; count--)
        {
            // Headers are short and matter most: half of the damage is done to the first bytes.
            int at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Count, 64) : bytes.Count);
            int length = Math.Min(random.Next(1, 16), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = Extremes[random.Next(Extremes.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    for (int i = 0; i < length; i++)
                    {
                        bytes[at + i] = (byte)random.Next(256);
                    }

                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
