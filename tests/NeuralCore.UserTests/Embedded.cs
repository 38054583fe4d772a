namespace NeuralCore.UserTests;

/// <summary>Files of the repository that tests read, as they were when the tests were built.</summary>
internal static class Embedded
{
    /// <summary>The text of a file, by the name that the project file gives it, with line ends as on Unix.</summary>
    public static string Text(string name)
    {
        using var reader = new StreamReader(typeof(Embedded).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
