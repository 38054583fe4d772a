using System.Runtime.CompilerServices;
using Xunit;

namespace NeuralCore.Tests.Architecture;

/// <summary>The repository that these tests were built from, when they still run beside it.</summary>
internal static class SourceTree
{
    private const string Landmark = "NeuralCore.sln";

    /// <summary>The repository's folder; where there is none, as in a copy of the test assembly alone, the test is skipped.</summary>
    public static string Root()
    {
        string? root = Above(Here()) ?? Above(AppContext.BaseDirectory);
        Skip.If(root is null, $"The sources are not here: there is no {Landmark} above the tests.");
        return root!;
    }

    /// <summary>The C# files below a folder of the repository, without what the build made.</summary>
    public static IEnumerable<string> CSharpFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    /// <summary>The project files below a folder of the repository.</summary>
    public static IEnumerable<string> Projects(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.csproj", SearchOption.AllDirectories);

    private static string? Above(string path)
    {
        for (DirectoryInfo? folder = new(path); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Landmark)))
            {
                return folder.FullName;
            }
        }

        return null;
    }

    private static string Here([CallerFilePath] string file = "") => file;
}
