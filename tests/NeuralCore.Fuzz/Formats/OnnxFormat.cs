using NeuralCore.Fuzz.Mutation;

namespace NeuralCore.Fuzz.Formats;

/// <summary>ONNX: one protobuf message.</summary>
public sealed class OnnxFormat : ModelFormat
{
    /// <inheritdoc/>
    public override string Extension => ".onnx";

    /// <inheritdoc/>
    public override byte[] Damage(byte[] file, Random random) => random.Next(4) == 0 ? ByteDamage.Anywhere(file, random) : ProtobufDamage.Damage(file, random);
}
