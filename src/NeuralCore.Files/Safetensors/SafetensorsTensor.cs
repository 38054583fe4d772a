
namespace NeuralCore.Files;

/// <summary>One tensor of a safetensors file, as the header describes it; its elements are float32.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Shape">Its shape, row-major; a single number has no axes.</param>
/// <param name="Offset">Where it begins, in bytes from the end of the header.</param>
public sealed record SafetensorsTensor(string Name, Shape Shape, long Offset)
{
    /// <summary>Its size in bytes.</summary>
    public long Bytes => (long)Shape.Count * sizeof(float);
}
