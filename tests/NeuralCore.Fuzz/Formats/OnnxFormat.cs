using NeuralCore.Files;
using NeuralCore.Fuzz.Mutation;

namespace NeuralCore.Fuzz.Formats;

/// <summary>ONNX: one protobuf message.</summary>
public class OnnxFormat : ModelFormat
{
    /// <inheritdoc/>
    public override string Extension => ".onnx";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Foreign => ["dense_script_11.onnx", "inception_script_16.onnx", "mobile_dynamo.onnx", "normalised_script_17.onnx"];

    /// <inheritdoc/>
    protected override SaveOptions Options => new() { Opset = 17 };

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random) => random.Next(4) == 0 ? ByteDamage.Anywhere(file, random) : ProtobufDamage.Damage(file, random);
}

/// <summary>ONNX with its tensors in a file of their own.</summary>
public sealed class ExternalOnnxFormat : OnnxFormat
{
    private const string File = "external_dynamo.onnx";

    /// <inheritdoc/>
    public override string Name => "onnx-external";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, byte[] Contents)> Companions => [($"{File}.data", SeedModels.Golden($"{File}.data"))];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> MakeSeeds() => [SeedModels.Golden(File)];
}
