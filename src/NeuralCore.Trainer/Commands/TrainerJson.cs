using System.Text.Json.Serialization;

namespace NeuralCore.Trainer.Commands;

/// <summary>What the program keeps as JSON, with code made at compile time: trimmed and native programs have no reflection for it.</summary>
[JsonSerializable(typeof(Dictionary<string, string>), TypeInfoPropertyName = "Settings")]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(CachedPictures))]
internal sealed partial class TrainerJson : JsonSerializerContext;
