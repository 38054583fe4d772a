namespace NeuralCore.Trainer;

/// <summary>What somebody may have meant who typed a word that is not known.</summary>
internal static class NearestWord
{
    /// <summary>The nearest of the words that are known; null if none is near.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="known">The words that are known.</param>
    public static string? Of(string word, IEnumerable<string> known)
    {
        // Up to one slip in three letters, and never so many that any word would do.
        int most = Math.Min(3, (word.Trim('-').Length + 2) / 3);
        return known.Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
            .Where(candidate => candidate.Distance <= most)
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault().Word;
    }

    /// <summary>
    /// The insertions, deletions, replacements and swaps of neighbours that turn one word into the other, no letter being touched twice
    /// (optimal string alignment).
    /// </summary>
    internal static int Distance(string from, string to)
    {
        var table = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                int replaced = table[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                int best = Math.Min(replaced, 1 + Math.Min(table[i - 1, j], table[i, j - 1]));
                bool isSwap = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
                table[i, j] = isSwap ? Math.Min(best, 1 + table[i - 2, j - 2]) : best;
            }
        }

        return table[from.Length, to.Length];
    }
}
