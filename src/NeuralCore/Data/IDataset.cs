
namespace NeuralCore.Data;

/// <summary>
/// Labelled items in their raw form: a model reads them one at a time into its batch and applies its own
/// preprocessing, so what is trained on and what is predicted on can never be prepared differently.
/// </summary>
public interface IDataset
{
    /// <summary>The number of items.</summary>
    int Count { get; }

    /// <summary>The shape of one item, without a batch axis; height x width x channels for images.</summary>
    Shape ItemShape { get; }

    /// <summary>The number of classes: every label is in [0, Classes).</summary>
    int Classes { get; }

    /// <summary>Whether several threads may read at once. If not, one thread reads a batch, and takes longer.</summary>
    bool IsConcurrent => false;

    /// <summary>Writes item <paramref name="index"/> as raw values (pixels as 0 to 255) to <paramref name="destination"/>.</summary>
    /// <param name="index">The item, in [0, Count).</param>
    /// <param name="destination">Receives <c>ItemShape.Count</c> values, row-major.</param>
    void ReadItem(int index, Span<float> destination);

    /// <summary>
    /// Says that an item is about to be read: a dataset can ask memory for several at once, and not wait for one after the other.
    /// </summary>
    /// <param name="index">The item, in [0, Count).</param>
    void Expect(int index)
    {
    }

    /// <summary>The label of item <paramref name="index"/>, in [0, Classes).</summary>
    int Label(int index);
}
