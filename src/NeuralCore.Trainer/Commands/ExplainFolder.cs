using NeuralCore.Files;
using NeuralCore.Imaging.Explaining;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>A folder that gets the picture of every stage of every photo, and a page about all of them.</summary>
/// <param name="folder">The folder; it is made if it is not there.</param>
internal sealed class ExplainFolder(string folder)
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly ExplainPage _page = new();

    /// <summary>Writes the stages of a photo. The files begin with its name, so that those of several photos lie side by side.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public void Write(string photo, ExplainedPhoto explained)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw AtomicFile.Unwritable(folder, failure);
        }

        string name = UniqueName(Path.GetFileNameWithoutExtension(photo));
        foreach ((string stage, byte[] png) in Explanation.Files(explained.Stages))
        {
            AtomicFile.Write(Path.Combine(folder, $"{name}-{stage}"), file => file.Write(png));
        }

        _page.Add(explained);
    }

    /// <summary>Writes the page about all photos, if there were any.</summary>
    /// <param name="renderer">Reports the page.</param>
    /// <exception cref="FileWriteException">The page cannot be written.</exception>
    public void WritePage(Renderer renderer)
    {
        if (_page.Count > 0)
        {
            string path = Path.Combine(folder, ExplainPage.Name);
            AtomicFile.Write(path, file => file.Write(_page.ToBytes()));
            renderer.Show(new ReportWritten(path));
        }
    }

    private string UniqueName(string name)
    {
        string unique = name;
        for (int i = 2; !_taken.Add(unique); i++)
        {
            unique = $"{name}-{i}";
        }

        return unique;
    }
}
