using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public class LabelledImagesTests
{
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 5 * 6).Select(i => (byte)(i * 8))];
    private static readonly byte[] Labels = [4, 3, 2, 1, 0];

    [Fact]
    public void Items_are_the_bytes_as_numbers()
    {
        var images = new LabelledImages(Pixels, Labels, 2, 3, 5);
        Assert.Equal((5, 2, 3, 1, 5), (images.Count, images.Height, images.Width, images.Channels, images.Classes));
        Assert.Equal(new Shape(2, 3, 1), images.ItemShape);
        for (int index = 0; index < images.Count; index++)
        {
            byte[] expected = Pixels[(6 * index)..(6 * index + 6)];
            float[] item = new float[6];
            images.ReadItem(index, item);
            Assert.Equal(expected.Select(pixel => (float)pixel), item);
            Assert.Equal(expected, images.Pixels(index).ToArray());
            Assert.Equal(Labels[index], images.Label(index));
        }
    }

    [Fact]
    public void Every_byte_becomes_its_own_number()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        float[] item = new float[256];
        new LabelledImages(all, new byte[1], 16, 16).ReadItem(0, item);
        Assert.Equal(Enumerable.Range(0, 256).Select(i => (float)i), item);
    }

    [Fact]
    public void A_slice_is_the_same_images_under_other_numbers()
    {
        var images = new LabelledImages(Pixels, Labels, 2, 3, 5);
        var end = new DatasetSlice(images, 3, 2);
        Assert.Equal((2, images.ItemShape, images.Classes), (end.Count, end.ItemShape, end.Classes));
        Assert.Equal((Labels[3], Labels[4]), ((byte)end.Label(0), (byte)end.Label(1)));
        Assert.Equal(Read(images, 4), Read(new DatasetSlice(end, 1, 1), 0));
        Assert.Equal(0, new DatasetSlice(images, 5, 0).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => end.Label(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => end.Label(-1));

        static float[] Read(IDataset data, int index)
        {
            var item = new float[data.ItemShape.Count];
            data.ReadItem(index, item);
            return item;
        }
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 6)]
    [InlineData(6, 0)]
    [InlineData(3, -1)]
    [InlineData(1, int.MaxValue)]
    public void A_slice_outside_the_set_is_refused(int start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DatasetSlice(new LabelledImages(Pixels, Labels, 2, 3, 5), start, count));

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new LabelledImages(Pixels, Labels, 2, 2, 5));
        Assert.Throws<ArgumentException>(() => new LabelledImages(Pixels, Labels[1..], 2, 3, 5));
        Assert.Throws<ArgumentException>(() => new LabelledImages(Pixels, Labels, 2, 3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelledImages(Pixels, Labels, 2, 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelledImages(Pixels, Labels, 2, 3, 257));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(5)]
    public void An_image_outside_the_set_is_refused(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LabelledImages(Pixels, Labels, 2, 3, 5).Pixels(index).Length);
}
