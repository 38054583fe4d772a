using System.Globalization;
using System.Text.RegularExpressions;

namespace NeuralCore.Course.Tests;

/// <summary>
/// Compares two texts: words have to be equal, numbers nearly so. A number behind a tilde is a measurement, for which any number will do.
/// A line that says that a check was skipped stands for the line of that check.
/// </summary>
internal static partial class SimilarText
{
    /// <summary>What differs, as a sentence; null if nothing does.</summary>
    /// <param name="expected">The text of the page or of a figure.</param>
    /// <param name="actual">What the program printed or drew.</param>
    /// <param name="relative">How far numbers may differ, relative to the expected one.</param>
    /// <param name="absolute">How far they may differ besides; in addition to one and a half units of the last digit printed.</param>
    public static string? Difference(string expected, string actual, double relative, double absolute = 0)
    {
        string[] expectedLines = Lines(expected), actualLines = Lines(actual);
        for (int i = 0; i < Math.Max(expectedLines.Length, actualLines.Length); i++)
        {
            string wanted = i < expectedLines.Length ? expectedLines[i] : "(no line)", found = i < actualLines.Length ? actualLines[i] : "(no line)";
            if (!Skipped(wanted, found) && !AreSimilar(wanted, found, relative, absolute))
            {
                return $"line {i + 1} should be{Environment.NewLine}  {wanted}{Environment.NewLine}and is{Environment.NewLine}  {found}";
            }
        }

        return null;
    }

    private static bool Skipped(string wanted, string found) => wanted.StartsWith("[ok]", StringComparison.Ordinal) && found.StartsWith("[skipped]", StringComparison.Ordinal);

    private static bool AreSimilar(string wanted, string found, double relative, double absolute)
    {
        MatchCollection wantedNumbers = Number().Matches(wanted), foundNumbers = Number().Matches(found);
        return wantedNumbers.Count == foundNumbers.Count
            && Number().Replace(wanted, "#") == Number().Replace(found, "#")
            && wantedNumbers.Zip(foundNumbers).All(pair => AreNear(pair.First.Value, pair.Second.Value, relative, absolute));
    }

    private static bool AreNear(string wanted, string found, double relative, double absolute)
    {
        if (wanted[0] == '~' || found[0] == '~')
        {
            return wanted[0] == found[0];
        }

        double a = Parse(wanted), b = Parse(found);
        Match digits = Decimals().Match(wanted);
        double unit = Math.Pow(10, -digits.Groups[1].Length) * (digits.Groups[2].Success ? Math.Pow(10, Parse(digits.Groups[2].Value)) : 1);
        return a == b || Math.Abs(a - b) <= (relative * Math.Abs(a)) + absolute + (digits.Groups[1].Length > 0 ? 1.5 * unit : 0);
    }

    private static double Parse(string number) => double.Parse(number.Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => Spaces().Replace(line, " ").Trim()).Where(line => line.Length > 0)];

    [GeneratedRegex(@"~[^\s,;:]+|-?\d+(,\d{3})*(\.\d+)?(e[-+]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?:\.(\d+))?(?:e([-+]?\d+))?$")]
    private static partial Regex Decimals();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
