using System.Numerics.Tensors;
using NeuralCore.Data;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// Pixels as PyTorch's MNIST example prepares them: (x / 255 - 0.1307) / 0.3081, mean and standard deviation of the
/// training images. For a model whose input takes values as they are.
/// </summary>
internal sealed class StandardizedImages(IDataset source) : IDataset
{
    private const float Mean = 0.1307f;
    private const float StandardDeviation = 0.3081f;

    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public Shape ItemShape => source.ItemShape;

    /// <inheritdoc/>
    public int Classes => source.Classes;

    /// <inheritdoc/>
    public void ReadItem(int index, Span<float> destination)
    {
        source.ReadItem(index, destination);
        TensorPrimitives.Divide(destination, 255f, destination);
        TensorPrimitives.Subtract(destination, Mean, destination);
        TensorPrimitives.Divide(destination, StandardDeviation, destination);
    }

    /// <inheritdoc/>
    public int Label(int index) => source.Label(index);
}
