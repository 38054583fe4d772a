using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public sealed class DatasetInspectionTests
{
    [Fact]
    public void Counts_and_what_is_there_twice_are_found()
    {
        // Six training images of two pixels: 1 again under its own label, 1 again under another, a blank one twice; three test images, two of them known.
        LabelledImages training = Of([(1, 2, 0), (3, 4, 1), (1, 2, 0), (1, 2, 2), (7, 7, 1), (7, 7, 1)]);
        LabelledImages test = Of([(3, 4, 1), (9, 8, 0), (7, 7, 0), (9, 8, 3)]);
        DatasetInspection found = DatasetInspection.Of(training, test);
        Assert.Equal([2, 3, 1, 0], found.Training);
        Assert.Equal([2, 1, 0, 1], found.Test);
        Assert.Equal((2, 1), (found.BlankTraining, found.BlankTest));
        Assert.Equal((3, 1), (found.RepeatedTraining, found.RepeatedTest));
        Assert.Equal((2, 1), (found.Shared, found.Contradicting));
    }

    private static LabelledImages Of((byte First, byte Second, byte Label)[] images) =>
        new(images.SelectMany(image => (byte[])[image.First, image.Second]).ToArray(), images.Select(image => image.Label).ToArray(), 1, 2, 256);
}
