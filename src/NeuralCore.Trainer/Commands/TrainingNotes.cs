using System.Globalization;
using System.Text.Json;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Simd;

namespace NeuralCore.Trainer.Commands;

/// <summary>How a model was trained, as texts among the metadata of its file.</summary>
internal static class TrainingNotes
{
    private const string Seed = "seed", Command = "command", Settings = "settings", Date = "date", Seconds = "seconds", MachineName = "machine", Program = "program";

    private const string ProgramPrefix = "NeuralCore ";

    /// <summary>What a training runs on: the processor or device, its threads, its vectors.</summary>
    public static string Machine(IBackend<float> backend) => backend switch
    {
        { Name: "gpu" } => backend.Simd,
        { Simd: "scalar" } => $"{Processor.Name}, reference loops",
        _ => $"{Processor.Name}, {backend.Threads} {(backend.Threads == 1 ? "thread" : "threads")}, {(int.TryParse(backend.Simd, out int bits) ? $"{bits}-bit vectors" : $"vectors of {backend.Simd}")}",
    };

    /// <summary>Writes the texts.</summary>
    public static Dictionary<string, string> Write(Provenance origin)
    {
        var notes = new Dictionary<string, string>();
        Add(Seed, origin.Seed);
        Add(Command, origin.Command);
        Add(Settings, origin.Settings.Count > 0 ? JsonSerializer.Serialize(origin.Settings.ToDictionary(), TrainerJson.Default.Settings) : null);
        Add(Date, origin.Date?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Add(Seconds, origin.Duration?.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));
        Add(MachineName, origin.Machine);
        Add(Program, origin.Version is null ? null : ProgramPrefix + origin.Version);
        return notes;

        void Add(string name, string? text)
        {
            if (text is not null)
            {
                notes[name] = text;
            }
        }
    }

    /// <summary>Reads the texts. What is missing is null; so is what another program wrote in another form.</summary>
    public static Provenance Read(IReadOnlyDictionary<string, string> notes) => new()
    {
        Seed = notes.GetValueOrDefault(Seed),
        Command = notes.GetValueOrDefault(Command),
        Settings = Parsed(notes.GetValueOrDefault(Settings), JsonValueKind.Object, json => json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.ToString())).ToArray()) ?? [],
        Date = DateTimeOffset.TryParse(notes.GetValueOrDefault(Date), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date) ? date : null,
        Duration = double.TryParse(notes.GetValueOrDefault(Seconds), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : null,
        Machine = notes.GetValueOrDefault(MachineName),
        Version = notes.GetValueOrDefault(Program) is { } program && program.StartsWith(ProgramPrefix, StringComparison.Ordinal) ? program[ProgramPrefix.Length..] : null,
        ClassNames = ClassNamesText.Read(notes.GetValueOrDefault(ClassNamesText.Key)),
    };

    private static T? Parsed<T>(string? text, JsonValueKind kind, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using JsonDocument? document = text is null ? null : JsonDocument.Parse(text);
            return document?.RootElement.ValueKind == kind ? read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
