using FsCheck.Xunit;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Pictures that are moved by whole pixels and mirrored, as augmentation and as views.</summary>
public sealed class ImageShiftTests
{
    private static readonly Shape Shape = new(2, 4, 2);

    /// <summary>Two rows of four pixels of two channels: the first channel counts columns, the second rows.</summary>
    private static readonly byte[] Image = [0, 0, 1, 0, 2, 0, 3, 0, 0, 1, 1, 1, 2, 1, 3, 1];

    [Fact]
    public void What_comes_in_at_an_edge_is_mirrored_there()
    {
        Assert.Equal([2, 1, 0, 1], Columns(false, (2, 0)));
        Assert.Equal([1, 2, 3, 2], Columns(false, (-1, 0)));
        Assert.Equal([3, 2, 1, 0], Columns(true, (0, 0)));
        var down = new byte[16];
        ImageShift.Copy<byte>(Image, down, Shape, false, (0, 1));
        Assert.Equal(Enumerable.Repeat((byte)1, 4), down.Take(8).Where((_, i) => i % 2 == 1));
    }

    [Property]
    public void Mirroring_twice_is_nothing(byte[] pixels)
    {
        var shape = new Shape(1, Math.Max(1, pixels.Length), 1);
        byte[] image = pixels.Length > 0 ? pixels : [1], once = new byte[image.Length], twice = new byte[image.Length];
        ImageShift.Copy<byte>(image, once, shape, true, (0, 0));
        ImageShift.Copy<byte>(once, twice, shape, true, (0, 0));
        Assert.Equal(image, twice);
    }

    [Fact]
    public void Every_picture_is_mirrored_in_every_second_epoch_and_half_of_them_in_each()
    {
        var augmenter = new Augmenter(new Augmentation { Mirror = true }, Shape);
        const int Pictures = 200;
        int[] mirrored = new int[5];
        for (int index = 0; index < Pictures; index++)
        {
            bool[] states = [.. Enumerable.Range(1, 4).Select(epoch => IsMirrored(augmenter, epoch, index))];
            Assert.Equal([states[0], !states[0], states[0], !states[0]], states);
            mirrored[1] += states[0] ? 1 : 0;
        }

        Assert.InRange(mirrored[1], 60, 140);
    }

    [Fact]
    public void Translations_stay_within_their_limit_and_all_occur()
    {
        var shape = new Shape(7, 7, 3);
        var augmenter = new Augmenter(new Augmentation { Translate = 2 }, shape);
        var scratch = new float[augmenter.ScratchLength];
        var seen = new HashSet<(float, float)>();
        for (int index = 0; index < 1000; index++)
        {
            float[] image = [.. Enumerable.Range(0, shape.Count).Select(i => (float)(i % 3 == 0 ? i / 3 % 7 : i / 21))];
            augmenter.Apply(image, scratch, 1, 1, index);
            seen.Add((image[3 * 24], image[(3 * 24) + 1]));
        }

        Assert.Equal(25, seen.Count);
        Assert.All(seen, place => Assert.True(place.Item1 is >= 1 and <= 5 && place.Item2 is >= 1 and <= 5));
    }

    [Fact]
    public void Ink_is_not_looked_for_in_colours() =>
        Assert.Throws<ArgumentException>(() => new Augmenter(Augmentation.Default, new Shape(8, 8, 3)));

    private static bool IsMirrored(Augmenter augmenter, int epoch, int index)
    {
        float[] image = [.. Image];
        augmenter.Apply(image, new float[augmenter.ScratchLength], 7, epoch, index);
        return image[0] == 3;
    }

    private static IEnumerable<byte> Columns(bool isMirrored, (int X, int Y) shift)
    {
        var moved = new byte[16];
        ImageShift.Copy<byte>(Image, moved, Shape, isMirrored, shift);
        return moved.Take(8).Where((_, i) => i % 2 == 0);
    }
}
