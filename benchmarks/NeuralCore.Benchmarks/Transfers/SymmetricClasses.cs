using NeuralCore.Data;

namespace NeuralCore.Benchmarks.Transfers;

/// <summary>
/// Square images of a few classes as eight times as many: an image turned by quarters, or mirrored and turned, belongs to a class of its own, as in Santoro et al.,
/// "Meta-learning with memory-augmented neural networks" (2016), where turned characters are new ones. A network that has to tell these apart learns features for more
/// shapes than those of the classes. Image i is there once, in its symmetry i modulo eight.
/// </summary>
/// <param name="images">Height x width x 1, as high as wide.</param>
internal sealed class SymmetricClasses(IDataset images) : IDataset
{
    private const int Symmetries = 8;

    public int Count => images.Count;

    public Shape ItemShape => images.ItemShape;

    public int Classes => images.Classes * Symmetries;

    public bool IsConcurrent => images.IsConcurrent;

    public void ReadItem(int index, Span<float> destination)
    {
        images.ReadItem(index, destination);
        int side = ItemShape[0], symmetry = index % Symmetries;
        Span<float> image = destination[..ItemShape.Count];
        for (int quarter = 0; quarter < symmetry % 4; quarter++)
        {
            Transpose(image, side);
            Mirror(image, side);
        }

        if (symmetry >= 4)
        {
            Mirror(image, side);
        }
    }

    public int Label(int index) => (images.Label(index) * Symmetries) + (index % Symmetries);

    private static void Transpose(Span<float> image, int side)
    {
        for (int row = 0; row < side; row++)
        {
            for (int column = 0; column < row; column++)
            {
                int here = (row * side) + column, there = (column * side) + row;
                (image[here], image[there]) = (image[there], image[here]);
            }
        }
    }

    private static void Mirror(Span<float> image, int side)
    {
        for (int row = 0; row < side; row++)
        {
            image.Slice(row * side, side).Reverse();
        }
    }
}
