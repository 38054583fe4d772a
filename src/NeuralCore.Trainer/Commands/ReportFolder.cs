using System.CommandLine;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>The folder that a report goes to.</summary>
internal sealed class ReportFolder
{
    private readonly string _path;

    private ReportFolder(string path) => _path = path;

    /// <summary>Makes the option that names the folder.</summary>
    public static Option<string?> CreateOption(string name, string description, bool required = false)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "DIR", Required = required };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{name} takes the name of a folder, not an empty one");
            }
        });
        return option;
    }

    /// <summary>Makes sure that a report can be written, before the work that leads to it.</summary>
    /// <param name="path">The folder, which is made if it is not there; null if there is to be no report.</param>
    /// <param name="page">The name of the page.</param>
    /// <exception cref="FileWriteException">The folder cannot be made or written to.</exception>
    public static ReportFolder? Open(string? path, string page = TrainingReport.PageName)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FileWriteException(path, $"The folder '{path}' for the report cannot be made; choose another place, or ask for the permission.", failure);
        }

        AtomicFile.EnsureWritable(Path.Combine(path, page));
        return new ReportFolder(path);
    }

    /// <summary>Makes a report and writes it.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public void Write(Renderer renderer, ReportSubject subject) => Write(renderer, TrainingReport.Create(subject), TrainingReport.PageName);

    /// <summary>Writes the files of a report.</summary>
    /// <param name="renderer">Reports the page.</param>
    /// <param name="files">The files.</param>
    /// <param name="page">The name of the page among them.</param>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public void Write(Renderer renderer, IEnumerable<ReportFile> files, string page)
    {
        foreach (ReportFile file in files)
        {
            AtomicFile.Write(Path.Combine(_path, file.Name), stream => stream.Write(file.Content));
        }

        renderer.Show(new ReportWritten(Path.Combine(_path, page)));
    }
}
