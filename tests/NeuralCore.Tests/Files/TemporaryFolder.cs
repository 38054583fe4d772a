namespace NeuralCore.Tests.Files;

/// <summary>A new folder that disappears, with what is in it, when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("neuralcore-test-").FullName;

    /// <summary>The names of the files in the folder, hidden ones too.</summary>
    public string[] FileNames => [.. Directory.EnumerateFileSystemEntries(Path).Select(p => System.IO.Path.GetFileName(p)).Order()];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
