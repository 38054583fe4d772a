using System.Text.RegularExpressions;

namespace NeuralCore.Trainer;

/// <summary>Breaks text into lines between words. What stands in quotation marks, as the name of a file, stays whole.</summary>
internal static partial class WrappedText
{
    /// <summary>The lines of a text, each at most <paramref name="width"/> characters unless a single word is longer.</summary>
    public static IEnumerable<string> Lines(string text, int width)
    {
        if (text.Length <= width)
        {
            yield return text;
            yield break;
        }

        // The indentation belongs to the first word.
        string indentation = text[..^text.TrimStart().Length];
        string line = "";
        foreach (Match word in Words().Matches(text))
        {
            string longer = line.Length == 0 ? indentation + word.Value : $"{line} {word.Value}";
            if (line.Length > 0 && longer.Length > width)
            {
                yield return line;
                longer = word.Value;
            }

            (line, indentation) = (longer, "");
        }

        yield return line;
    }

    /// <summary>A quotation with what follows it up to the next space, or a word.</summary>
    [GeneratedRegex(@"(?<=^|[\s(])'[^']*'\S*|\S+")]
    private static partial Regex Words();
}
