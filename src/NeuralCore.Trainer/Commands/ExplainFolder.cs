using NeuralCore.Files;
using NeuralCore.Imaging.Explaining;
using NeuralCore.Imaging.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>A folder that gets the picture of every stage of every photo.</summary>
/// <param name="folder">The folder; it is made if it is not there.</param>
internal sealed class ExplainFolder(string folder)
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes the stages of a photo. The files begin with its name, so that those of several photos lie side by side.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public void Write(string photo, IReadOnlyList<StagePicture> stages)
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
        foreach ((string stage, byte[] png) in Explanation.Files(stages))
        {
            AtomicFile.Write(Path.Combine(folder, $"{name}-{stage}"), file => file.Write(png));
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
