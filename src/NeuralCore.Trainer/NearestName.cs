namespace NeuralCore.Trainer;

/// <summary>Finds the name that was probably meant by a misspelt one.</summary>
internal static class NearestName
{
    /// <summary>Of this many letters one may be wrong.</summary>
    private const int LettersPerMistake = 3;

    /// <summary>Finds it.</summary>
    /// <param name="word">What was written: <c>--batch_size</c>, <c>--lr</c>, <c>--epoch</c>.</param>
    /// <param name="names">What could have been.</param>
    /// <returns>Null if nothing is near.</returns>
    public static string? Of(string word, IReadOnlyCollection<string> names)
    {
        string written = Plain(word);
        if (written.Length < 2)
        {
            return null;
        }

        return names.FirstOrDefault(name => Plain(name) == written)
            ?? names.FirstOrDefault(name => Initials(name) == written)
            ?? names.FirstOrDefault(name => Plain(name).StartsWith(written, StringComparison.Ordinal))
            ?? Closest(written, names)
            ?? names.FirstOrDefault(name => written.Length > 2 && Plain(name)[0] == written[0] && IsWithin(written, Plain(name)));
    }

    private static string Plain(string name) => name.TrimStart('-').Replace('_', '-').ToLowerInvariant();

    private static string Initials(string name) => string.Concat(Plain(name).Split('-').Select(word => word[..Math.Min(1, word.Length)]));

    private static string? Closest(string written, IReadOnlyCollection<string> names) => names
        .Select(name => (Name: name, Distance: Distance(written, Plain(name))))
        .Where(near => near.Distance <= Math.Max(1, written.Length / LettersPerMistake))
        .OrderBy(near => near.Distance)
        .Select(near => near.Name)
        .FirstOrDefault();

    /// <summary>Whether all letters of a word come in another in the same order: val-split in validation-split.</summary>
    private static bool IsWithin(string word, string longer)
    {
        int found = 0;
        foreach (char letter in longer)
        {
            found += found < word.Length && letter == word[found] ? 1 : 0;
        }

        return found == word.Length;
    }

    /// <summary>The fewest letters to insert, remove or replace, or to swap with the next one (Damerau, 1964).</summary>
    private static int Distance(string from, string to)
    {
        var fewest = new int[from.Length + 1, to.Length + 1];
        for (int i = 0; i <= from.Length; i++)
        {
            for (int j = 0; j <= to.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    fewest[i, j] = i + j;
                    continue;
                }

                int replaced = fewest[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                fewest[i, j] = Math.Min(replaced, Math.Min(fewest[i - 1, j], fewest[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    fewest[i, j] = Math.Min(fewest[i, j], fewest[i - 2, j - 2] + 1);
                }
            }
        }

        return fewest[from.Length, to.Length];
    }
}
