using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>Sets the words of a line apart.</summary>
internal static class WordSpaces
{
    /// <summary>The narrowest gap between two words, in heights of the line's higher signs.</summary>
    private const double LeastGap = 0.45;

    /// <summary>And in gaps of the usual width: who writes letters far from one another leaves more between words.</summary>
    private const double UsualGaps = 2;
    private const int FewestToTell = 3;

    /// <summary>So much of a line's signs are lower than the higher ones.</summary>
    private const double Lower = 0.75;

    /// <summary>The signs of a line with a space wherever a word ends. Digits have none: they are numbers.</summary>
    /// <param name="line">The signs from left to right, at least one.</param>
    /// <param name="alphabet">What they are.</param>
    public static IReadOnlyList<SheetSign> Between(IReadOnlyList<FoundDigit> line, Alphabet alphabet)
    {
        bool[] begins = Begins(line);
        var signs = new List<SheetSign>();
        for (int i = 0; i < line.Count; i++)
        {
            string name = alphabet.NameOf(line[i].Digit);
            if (i > 0 && ((alphabet.HasLetters && begins[i]) || name.Length > 1 || alphabet.NameOf(line[i - 1].Digit).Length > 1))
            {
                signs.Add(new SheetSign(" "));
            }

            signs.Add(new SheetSign(name, line[i]));
        }

        return signs;
    }

    /// <summary>Which signs of a line begin a word.</summary>
    /// <param name="line">The signs from left to right, at least one.</param>
    public static bool[] Begins(IReadOnlyList<FoundDigit> line)
    {
        int[] gaps = [.. line.Zip(line.Skip(1), (left, right) => Math.Max(0, right.Box.X - left.Box.Right))];
        double least = Math.Max(LeastGap * Quantile(line.Select(sign => sign.Box.Height), Lower), gaps.Length < FewestToTell ? 0 : UsualGaps * Quantile(gaps, 0.5));
        return [true, .. gaps.Select(gap => gap >= least)];
    }

    private static int Quantile(IEnumerable<int> values, double share)
    {
        int[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];
    }
}
