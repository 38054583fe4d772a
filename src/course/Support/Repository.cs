namespace NeuralCore.Course;

/// <summary>Finds the files of this repository, wherever a chapter is started from.</summary>
public static class Repository
{
    private static string? _root;

    /// <summary>The full path of a file or folder of the repository, whether it is there or not.</summary>
    /// <param name="relative">Its path from the repository's root.</param>
    /// <exception cref="DirectoryNotFoundException">The program runs outside a clone of the repository.</exception>
    public static string Locate(string relative) => Path.Combine(_root ??= FindRoot(), relative);

    private static string FindRoot()
    {
        string?[] starts = [AppContext.GetData("EntryPointFileDirectoryPath") as string, Environment.CurrentDirectory, AppContext.BaseDirectory];
        foreach (string? start in starts)
        {
            for (DirectoryInfo? folder = start is null ? null : new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "NeuralCore.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new DirectoryNotFoundException("NeuralCore.sln was not found: run the chapters in a clone of the repository, from a folder inside it.");
    }
}
