namespace NeuralCore.Files;

/// <summary>One tensor of a safetensors file, as the header describes it; its elements are float32, but for counts.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Shape">Its shape, row-major; a single number has no axes.</param>
/// <param name="Offset">Where it begins, in bytes from the end of the header.</param>
public sealed record SafetensorsTensor(string Name, Shape Shape, long Offset)
{
    /// <summary>Whether its elements are whole numbers of 64 bits, as PyTorch's counts of batches are; such a tensor is passed over, and not read.</summary>
    public bool IsCount { get; init; }

    /// <summary>Its size in bytes.</summary>
    public long Bytes => (long)Shape.Count * (IsCount ? sizeof(long) : sizeof(float));
}
