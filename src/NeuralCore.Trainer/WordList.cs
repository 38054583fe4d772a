namespace NeuralCore.Trainer;

/// <summary>Several words in a sentence.</summary>
internal static class WordList
{
    /// <summary>The words with commas, and a conjunction before the last: <c>a, b or c</c>; nothing for none.</summary>
    public static string Of(IReadOnlyList<string> words, string conjunction) =>
        words.Count < 2 ? string.Concat(words) : $"{string.Join(", ", words.SkipLast(1))} {conjunction} {words[^1]}";
}
