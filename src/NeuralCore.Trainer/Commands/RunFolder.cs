using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files;

namespace NeuralCore.Trainer.Commands;

/// <summary>A folder that keeps a training: what it was told, how it went, what it came to, the model, and the report.</summary>
internal sealed class RunFolder
{
    /// <summary>The name of the model's file.</summary>
    public const string ModelName = "model.safetensors";

    /// <summary>The name of the report's folder.</summary>
    public const string ReportName = "report";

    private const string SettingsName = "settings.json";
    private const string HistoryName = "history.json";
    private const string ResultName = "result.json";

    private static readonly TrainerJson Format = new(new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });

    private readonly string _path;

    private RunFolder(string path) => _path = path;

    /// <summary>Makes the folder, and writes what the training is told.</summary>
    /// <param name="path">The folder; null if none is wanted.</param>
    /// <param name="settings">The settings by their names.</param>
    /// <exception cref="RunException">A training is kept there already.</exception>
    /// <exception cref="FileWriteException">The folder cannot be made or written to.</exception>
    public static RunFolder? Begin(string? path, Dictionary<string, string> settings)
    {
        if (path is null)
        {
            return null;
        }

        if (File.Exists(Path.Combine(path, ResultName)))
        {
            throw new RunException(ExitCode.Usage, $"The folder '{path}' already holds a run; choose another one, or remove it.", path);
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw AtomicFile.Unwritable(path, failure);
        }

        AtomicFile.Write(Path.Combine(path, SettingsName), stream => JsonSerializer.Serialize(stream, settings, Format.Settings));
        return new RunFolder(path);
    }

    /// <summary>Writes how the training went, and what it came to.</summary>
    /// <exception cref="FileWriteException">A file cannot be written.</exception>
    public void End(LearningCurves curves, RunResult result)
    {
        AtomicFile.Write(Path.Combine(_path, HistoryName), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(HistoryText.Write(curves))));
        AtomicFile.Write(Path.Combine(_path, ResultName), stream => JsonSerializer.Serialize(stream, result, Format.RunResult));
    }

    /// <summary>Finds the trainings that a folder keeps: itself, or those in the folders within it, by name.</summary>
    /// <exception cref="DataFileException">There are none, or a file is damaged.</exception>
    public static IReadOnlyList<RunRecord> Find(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new DataFileException(path, $"There is no folder '{path}'; name a folder written by 'train --run', or one that contains several of them.");
        }

        string[] folders = IsRun(path)
            ? [path]
            : [.. Directory.EnumerateDirectories(path, "*", SearchOption.AllDirectories).Where(IsRun).Order(StringComparer.Ordinal)];
        return folders.Length > 0
            ? [.. folders.Select(Read)]
            : throw new DataFileException(path, $"The folder '{path}' holds no run; name a folder written by 'train --run', or one that contains several of them.");
    }

    private static bool IsRun(string path) => File.Exists(Path.Combine(path, SettingsName));

    private static RunRecord Read(string path)
    {
        string name = SettingsName;
        try
        {
            Dictionary<string, string> settings = JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(path, name)), Format.Settings)!;
            if (!File.Exists(Path.Combine(path, ResultName)))
            {
                return new RunRecord(path, settings, null, null);
            }

            name = ResultName;
            RunResult result = JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(path, name)), Format.RunResult)!;
            name = HistoryName;
            return new RunRecord(path, settings, result, HistoryText.Read(File.ReadAllText(Path.Combine(path, name))));
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            string file = Path.Combine(path, name);
            throw new DataFileException(file, $"The file '{file}' is damaged or cannot be read; remove the folder, or train again into another one.", failure);
        }
    }
}

/// <summary>What a training came to.</summary>
/// <param name="Network">The name of the network, or of the model that it went on from.</param>
/// <param name="Parameters">Its numbers.</param>
/// <param name="Epochs">The epochs that were trained.</param>
/// <param name="Seconds">The time of the training, the test included.</param>
/// <param name="TestLoss">The loss on the test images.</param>
/// <param name="TestAccuracy">The accuracy on them, in [0, 1].</param>
/// <param name="ValidationAccuracy">The accuracy on the validation images at the end; null where there were none.</param>
/// <param name="WeightsSha256">The checksum of the weights.</param>
internal sealed record RunResult(
    string Network, long Parameters, int Epochs, double Seconds, double TestLoss, double TestAccuracy, double? ValidationAccuracy, string WeightsSha256);

/// <summary>A training that a folder keeps.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Settings">What it was told.</param>
/// <param name="Result">What it came to; null for one that did not end.</param>
/// <param name="Curves">How it went; null for one that did not end.</param>
internal sealed record RunRecord(string Folder, IReadOnlyDictionary<string, string> Settings, RunResult? Result, LearningCurves? Curves)
{
    /// <summary>The settings in which some trainings differ, each with its value in this one.</summary>
    public IEnumerable<KeyValuePair<string, string>> Different(IReadOnlyList<RunRecord> runs) =>
        Settings.Where(setting => runs.Any(other => other.Settings.GetValueOrDefault(setting.Key) != setting.Value));
}
