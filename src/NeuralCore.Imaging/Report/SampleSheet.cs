using NeuralCore.Data;

namespace NeuralCore.Imaging.Report;

/// <summary>Images of each class, as one picture.</summary>
public static class SampleSheet
{
    /// <summary>Draws the first images of each class, a class a caption.</summary>
    /// <param name="images">The images, at least one.</param>
    /// <param name="ofAClass">How many of each class.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Draw(LabelledImages images, int ofAClass)
    {
        Exhibit[] exhibits =
        [
            .. Enumerable.Range(0, images.Count).GroupBy(images.Label).OrderBy(group => group.Key).Select(group => new Exhibit(
                Raster.Mosaic([.. Take(group, ofAClass).Select(i => Paint.Image(images, i))], ofAClass), images.ClassNames?[group.Key] ?? $"{group.Key}", Words.Count(group.Count(), "image", "images"), "")),
        ];
        return GallerySheet.Draw(new Gallery("samples", "Samples of each class", exhibits, 2 * ofAClass * images.Width)).Content;
    }

    /// <summary>As many as asked for, the last one again where a class has fewer: all rows are of one length.</summary>
    private static IEnumerable<int> Take(IEnumerable<int> group, int count)
    {
        int[] first = [.. group.Take(count)];
        return Enumerable.Range(0, count).Select(i => first[Math.Min(i, first.Length - 1)]);
    }
}
