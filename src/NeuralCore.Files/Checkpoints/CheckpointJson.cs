using System.Text.Json.Serialization;

namespace NeuralCore.Files;

/// <summary>The JSON of a checkpoint's metadata, by generated code: a natively compiled program cannot look types up at run time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    IgnoreReadOnlyProperties = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the loss of a training that diverged
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(TrainingPosition))]
[JsonSerializable(typeof(Dictionary<string, string?>), TypeInfoPropertyName = "Settings")]
internal sealed partial class CheckpointJson : JsonSerializerContext;
