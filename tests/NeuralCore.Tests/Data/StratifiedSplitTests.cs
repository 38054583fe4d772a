using FsCheck.Xunit;
using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public sealed class StratifiedSplitTests
{
    /// <summary>Every item goes into one part, in its order, and of each class the part that was asked for.</summary>
    [Property(MaxTest = 100)]
    public void Both_parts_are_the_whole_and_each_class_is_cut_alike(byte[] labels, byte tenths, ulong seed)
    {
        double heldOut = tenths % 10 / 10.0;
        LabelledImages images = Numbered([.. labels.Select(label => (byte)(label % 5))]);
        (IDataset kept, IDataset held) = StratifiedSplit.Of(images, heldOut, seed);
        int[] keptItems = Items(kept), heldItems = Items(held);
        Assert.Equal(Enumerable.Range(0, images.Count), keptItems.Concat(heldItems).Order());
        Assert.Equal(keptItems.Order(), keptItems);
        Assert.Equal(heldItems.Order(), heldItems);
        for (int k = 0; k < 5; k++)
        {
            int all = Count(images, k), some = Count(held, k);
            Assert.InRange(some, Math.Floor(all * heldOut) - 1, Math.Ceiling(all * heldOut) + 1);
            Assert.True(all < 2 || heldOut == 0 || (some > 0 && some < all));
            Assert.True(all == 0 || Count(kept, k) > 0);
        }
    }

    [Fact]
    public void The_seed_decides()
    {
        LabelledImages images = Numbered([.. Enumerable.Range(0, 100).Select(i => (byte)(i / 20))]);
        int[] Held(ulong seed) => Items(StratifiedSplit.Of(images, 0.3, seed).HeldOut);
        Assert.Equal(Held(1), Held(1));
        Assert.NotEqual(Held(1), Held(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => StratifiedSplit.Of(images, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StratifiedSplit.Of(images, double.NaN, 0));
    }

    [Fact]
    public void A_subset_is_what_its_items_are()
    {
        var subset = new DatasetSubset(Numbered([0, 1, 2, 3]), [3, 1, 3]);
        Assert.Equal([3, 1, 3], Items(subset));
        Assert.Equal([3, 1, 3], Enumerable.Range(0, 3).Select(subset.Label));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DatasetSubset(Numbered([0, 1]), [2]));
    }

    [Fact]
    public void Remarks_name_what_is_missing()
    {
        LabelledImages sorted = Numbered([0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
        IReadOnlyList<string> Of(int training) => DatasetRemarks.OfClasses(new DatasetSlice(sorted, 0, training), new DatasetSlice(sorted, training, 10 - training));
        Assert.Equal(
            [
                "The training data has no item of class 4.",
                "The part that is trained on has no item of the classes 2, 3, which the validation part has: the data seems to be in the order of its classes.",
                "The validation part has no item of the classes 0, 1, so it says nothing about those.",
            ],
            Of(6));
        Assert.Empty(DatasetRemarks.OfClasses(Numbered([0, 1, 2, 3, 4]), null));
        Assert.Contains("All 3 training items are of class 2", DatasetRemarks.OfClasses(Numbered([2, 2, 2]), null)[0]);
        (IDataset kept, IDataset held) = StratifiedSplit.Of(Numbered([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]), 0.5, 1);
        Assert.Empty(DatasetRemarks.OfClasses(kept, held));
    }

    [Fact]
    public void Remarks_find_images_that_are_blank_or_tested_and_trained_on()
    {
        var training = new LabelledImages(new byte[] { 1, 2, 3, 3, 5, 6, 7, 8 }, new byte[] { 0, 1, 0, 1 }, 1, 2, 2);
        var test = new LabelledImages(new byte[] { 5, 6, 6, 5, 1, 2, 1, 2, 0, 0 }, new byte[] { 0, 1, 0, 1, 1 }, 1, 2, 2);
        Assert.Equal(
            [
                "1 of the 4 training images is blank: all pixels are the same.",
                "1 of the 5 test images is blank: all pixels are the same.",
                "3 of the 5 test images are among the training images, too, so the test flatters the model.",
            ],
            DatasetRemarks.OfImages(training, test));
    }

    /// <summary>Images of four pixels that tell their number.</summary>
    private static LabelledImages Numbered(byte[] labels)
    {
        byte[] pixels = [.. Enumerable.Range(0, labels.Length).SelectMany(i => BitConverter.GetBytes(i))];
        return new LabelledImages(pixels, labels, 2, 2, 5);
    }

    private static int[] Items(IDataset data)
    {
        float[] pixels = new float[4];
        return [.. Enumerable.Range(0, data.Count).Select(Number)];

        int Number(int i)
        {
            data.Expect(i);
            data.ReadItem(i, pixels);
            return BitConverter.ToInt32([.. pixels.Select(pixel => (byte)pixel)]);
        }
    }

    private static int Count(IDataset data, int label) => Enumerable.Range(0, data.Count).Count(i => data.Label(i) == label);

    [Fact]
    public void The_ends_of_classes_are_held_out_in_their_order()
    {
        byte[] labels = [0, 1, 0, 1, 0, 1, 0, 1, 2];
        var images = new LabelledImages(new byte[9], labels, 1, 1, 3);
        (IDataset kept, IDataset held) = StratifiedSplit.FromEnds(images, 0.25);
        Assert.Equal([0, 1, 0, 1, 0, 1, 2], Enumerable.Range(0, kept.Count).Select(kept.Label));
        Assert.Equal([0, 1], Enumerable.Range(0, held.Count).Select(held.Label));
        Assert.Throws<ArgumentOutOfRangeException>(() => StratifiedSplit.FromEnds(images, 1));
    }
}
