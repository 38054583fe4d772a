using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NeuralCore.Data;

namespace NeuralCore.Files;

/// <summary>
/// A checkpoint as a safetensors file with a checksum: the parameters under their names, their averages, where the training keeps any, as
/// <c>average/NAME</c>, what the optimiser keeps as <c>adam/m/NAME</c> and the like, whichever it is; in the metadata the network as model files tell it, the <c>position</c>, and the <c>settings</c> that a
/// resumption has to share.
/// </summary>
internal static class CheckpointFile
{
    private const string KindKey = "kind";
    private const string Kind = "checkpoint 1";
    private const string PositionKey = "position";
    private const string SettingsKey = "settings";

    // So does a model file tell how far its training came.
    private const string StepsKey = "training_steps";
    private const string EpochsKey = "training_epochs";

    /// <summary>Writes a checkpoint, whole or not at all.</summary>
    /// <param name="path">The file; it is replaced if it exists.</param>
    /// <param name="checkpoint">What to write.</param>
    /// <param name="network">The metadata that describe the network.</param>
    /// <param name="settings">Name and value of each setting that a resumption has to share.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write(
        string path, Checkpoint checkpoint, IReadOnlyDictionary<string, string> network, IReadOnlyDictionary<string, string> settings)
    {
        var metadata = new Dictionary<string, string>(network)
        {
            [KindKey] = Kind,
            [StepsKey] = checkpoint.Position.Steps.ToString(CultureInfo.InvariantCulture),
            [EpochsKey] = checkpoint.Position.Epochs.ToString(CultureInfo.InvariantCulture),
            [PositionKey] = JsonSerializer.Serialize(checkpoint.Position, CheckpointJson.Default.TrainingPosition),
            [SettingsKey] = JsonSerializer.Serialize(new Dictionary<string, string?>(settings!), CheckpointJson.Default.Settings),
        };
        SafetensorsFile.WriteSealed(path, metadata, [.. Tensors(checkpoint)]);
    }

    /// <summary>Reads a checkpoint into memory that is there already.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checkpoint">Receives it; where the file is refused, its contents are of no use.</param>
    /// <param name="network">The metadata that describe the network.</param>
    /// <param name="settings">Name and value of each setting that has to be the same.</param>
    /// <exception cref="CheckpointMismatchException">It belongs to a training with another network or other settings.</exception>
    /// <exception cref="DataFileException">The file is missing, damaged, or no checkpoint.</exception>
    public static void Read(
        string path, Checkpoint checkpoint, IReadOnlyDictionary<string, string> network, IReadOnlyDictionary<string, string> settings)
    {
        using SafetensorsFile file = SafetensorsFile.OpenSealed(path);
        try
        {
            Require(file.Metadata.GetValueOrDefault(KindKey) == Kind, "is not a checkpoint of a training");
            TrainingPosition position = Completed(Parse(file, PositionKey, CheckpointJson.Default.TrainingPosition));
            RequirePossible(position);
            Dictionary<string, string?> was = Parse(file, SettingsKey, CheckpointJson.Default.Settings);
            Require(!was.ContainsValue(null), "has a setting of a training without a value");
            RequireSame(path, was, settings);
            if (network.Any(text => file.Metadata.GetValueOrDefault(text.Key) != text.Value))
            {
                throw new CheckpointMismatchException(path, $"The checkpoint '{path}' belongs to a training of another network; choose another folder.");
            }

            (string Name, Shape Shape, float[] Values)[] tensors = [.. Tensors(checkpoint)];
            Require(
                tensors.Select(t => (t.Name, t.Shape)).SequenceEqual(file.Tensors.Select(t => (t.Name, t.Shape))),
                "has other tensors than its own network");
            foreach ((SafetensorsTensor stored, (_, _, float[] values)) in file.Tensors.Zip(tensors))
            {
                file.Read(stored, values);
            }

            checkpoint.Position = position;
        }
        catch (InvalidDataException failure)
        {
            throw new DataFileException(path, $"The file '{path}' {failure.Message}; use another checkpoint.", failure);
        }
    }

    private const string AveragePrefix = "average/";

    // The first checkpoints were all of Adam, and later ones are named likewise.
    private const string OptimizerPrefix = "adam/";

    private static IEnumerable<(string Name, Shape Shape, float[] Values)> Tensors(Checkpoint checkpoint)
    {
        return [.. All("", checkpoint.Values), .. All(AveragePrefix, checkpoint.Average ?? []), .. checkpoint.Optimizer.SelectMany(state => All($"{OptimizerPrefix}{state.Name}/", state.Values))];

        IEnumerable<(string, Shape, float[])> All(string prefix, IReadOnlyList<float[]> values) =>
            checkpoint.Parameters.Zip(values, (p, v) => (prefix + p.Name, p.Shape, v)).Where(tensor => tensor.v.Length > 0);
    }

    private static T Parse<T>(SafetensorsFile file, string key, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(file.Metadata.GetValueOrDefault(key, ""), type)
                ?? throw new InvalidDataException($"has no {key} of a training");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"has no {key} of a training that this program understands", failure);
        }
    }

    /// <summary>
    /// The same with what earlier checkpoints did not keep: generated code leaves members without a value null, whatever their types and
    /// initialisers say.
    /// </summary>
    private static TrainingPosition Completed(TrainingPosition position) => position with
    {
        Optimizer = position.Optimizer ?? "",
        History = [.. position.History.Select(epoch => (EpochResult?)epoch is null ? epoch! : epoch with
        {
            Metrics = epoch.Metrics ?? new Dictionary<string, double>(),
            ValidationMetrics = epoch.ValidationMetrics ?? new Dictionary<string, double>(),
        })],
    };

    private static void RequireSame(string path, Dictionary<string, string?> stored, IReadOnlyDictionary<string, string> settings)
    {
        foreach (string name in settings.Keys.Concat(stored.Keys))
        {
            (string was, string isNow) = (stored.GetValueOrDefault(name) ?? "unknown", settings.GetValueOrDefault(name, "unknown"));
            if (was != isNow)
            {
                throw new CheckpointMismatchException(
                    path, $"The checkpoint '{path}' belongs to a training whose {FileText.Quote(name)} is {FileText.Quote(was)}, and here it is {FileText.Quote(isNow)}; make it the same, or choose another folder.");
            }
        }
    }

    private static void RequirePossible(TrainingPosition position)
    {
        // A list that was read may have gaps, whatever its type says.
        bool isPossible = position is { Steps: >= 0, Epochs: >= 0, StepsPerEpoch: >= 0, Part: { Step: >= 0, Images: >= 0 } }
            && position.Part.Step <= position.StepsPerEpoch
            && position.History.Select(epoch => ((EpochResult?)epoch)?.Epoch ?? 0).SequenceEqual(Enumerable.Range(1, position.History.Count));
        Require(isPossible, "states a position that no training reaches");
    }

    private static void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidDataException(fault);
        }
    }
}
