using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Output;

/// <summary>What signs that are no digits are called.</summary>
internal static class MarkWords
{
    /// <summary>For a program: <c>minus</c>.</summary>
    public static string Word(MarkKind kind) => $"{kind}".ToLowerInvariant();

    /// <summary>For a person: <c>a minus sign</c>.</summary>
    public static string Phrase(MarkKind kind) => kind switch
    {
        MarkKind.Minus or MarkKind.Plus or MarkKind.Times => $"a {Word(kind)} sign",
        MarkKind.Equals => "an equals sign",
        _ => $"a {Word(kind)}",
    };

    /// <summary>Several, counted: <c>2 points and a minus sign</c>.</summary>
    public static string Counted(IEnumerable<MarkKind> kinds)
    {
        string[] phrases = [.. kinds.GroupBy(kind => kind).OrderBy(group => group.Key).Select(group => group.Count() == 1 ? Phrase(group.Key) : $"{group.Count()} {Plural(group.Key)}")];
        return WordList.Of(phrases, "and");
    }

    private static string Plural(MarkKind kind) => kind switch
    {
        MarkKind.Slash => "slashes",
        _ => Phrase(kind).Split(' ', 2)[1] + "s",
    };
}
