namespace NeuralCore.Files;

/// <summary>Text that a file brought along, on its way into a message.</summary>
internal static class FileText
{
    private const int Longest = 60;

    /// <summary>The text in quotes, on one line and not endless, and without characters that would steer a terminal.</summary>
    public static string Quote(string text)
    {
        string start = text.Length <= Longest ? text : text[..Longest] + "...";
        return $"'{string.Concat(start.Select(c => char.IsControl(c) ? '?' : c))}'";
    }
}
