namespace NeuralCore.Data;

/// <summary>
/// Items in their raw form with what a model is to give for each, a class or numbers: a model reads them one at a time into its batch and applies its
/// own preprocessing, so what is trained on and what is predicted on can never be prepared differently.
/// </summary>
public interface IDataset
{
    /// <summary>The number of items.</summary>
    int Count { get; }

    /// <summary>The shape of one item, without a batch axis; height x width x channels for images.</summary>
    Shape ItemShape { get; }

    /// <summary>The number of classes: every label is in [0, Classes); 0 where targets are numbers.</summary>
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

    /// <summary>The label of item <paramref name="index"/>, in [0, Classes). It is not asked for where targets are numbers.</summary>
    int Label(int index);

    /// <summary>The shape of one item's target where targets are numbers; null where they are classes.</summary>
    Shape? TargetShape => null;

    /// <summary>Writes the target of item <paramref name="index"/> to <paramref name="destination"/>. It is not asked for where targets are classes.</summary>
    /// <param name="index">The item, in [0, Count).</param>
    /// <param name="destination">Receives <c>TargetShape.Count</c> numbers, row-major.</param>
    void ReadTarget(int index, Span<float> destination) => throw new NotSupportedException("The targets of this data are classes.");
}
