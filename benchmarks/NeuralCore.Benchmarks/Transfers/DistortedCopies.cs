using NeuralCore.Data;

namespace NeuralCore.Benchmarks.Transfers;

/// <summary>Each image of a dataset as it is and distorted several times, for layers that run once for each: the copies are those of as many epochs of a training with augmentation.</summary>
/// <param name="images">The images.</param>
/// <param name="copies">How often each of them is there, at least once.</param>
/// <param name="augmentation">How far they are changed.</param>
/// <param name="seed">Decides how.</param>
internal sealed class DistortedCopies(IDataset images, int copies, Augmentation augmentation, ulong seed) : IDataset
{
    private readonly Augmenter _augmenter = new(augmentation, images.ItemShape);

    public int Count => images.Count * copies;

    public Shape ItemShape => images.ItemShape;

    public int Classes => images.Classes;

    public bool IsConcurrent => images.IsConcurrent;

    public void ReadItem(int index, Span<float> destination)
    {
        (int copy, int item) = Math.DivRem(index, images.Count);
        images.ReadItem(item, destination);
        if (copy > 0)
        {
            _augmenter.Apply(destination[..ItemShape.Count], new float[_augmenter.ScratchLength], seed, copy, item);
        }
    }

    public int Label(int index) => images.Label(index % images.Count);
}
