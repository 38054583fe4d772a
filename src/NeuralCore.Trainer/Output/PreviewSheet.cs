using NeuralCore.Data;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>Training images in one of the forms in which a training meets them.</summary>
/// <param name="Form">What was done to them: <c>as loaded</c>.</param>
/// <param name="Images">Each with its label, of one size.</param>
internal sealed record Preview(string Form, IReadOnlyList<(Drawing Picture, int Label)> Images)
{
    /// <summary>Takes images as they were loaded, spread evenly over a set: in sorted sets neighbours are alike.</summary>
    /// <param name="images">The images that are trained on.</param>
    /// <param name="count">How many images to take; all if there are fewer.</param>
    public static Preview AsLoaded(IDataset images, int count)
    {
        var pixels = new float[images.ItemShape.Count];
        return new("as loaded", [.. Spread(images.Count, count).Select(i => (Load(i), images.Label(i)))]);

        Drawing Load(int i)
        {
            images.ReadItem(i, pixels);
            return Draw(pixels, images.ItemShape);
        }
    }

    /// <summary>Takes the same images as they come in the first epoch.</summary>
    /// <param name="images">The images that are trained on.</param>
    /// <param name="count">How many images to take; all if there are fewer.</param>
    /// <param name="augmentation">How far they are changed.</param>
    /// <param name="seed">The seed of the training.</param>
    public static Preview AsAugmented(IDataset images, int count, Augmentation augmentation, ulong seed)
    {
        var augmenter = new Augmenter(augmentation, images.ItemShape);
        var scratch = new float[augmenter.ScratchLength];
        var pixels = new float[images.ItemShape.Count];
        return new("as augmented in epoch 1", [.. Spread(images.Count, count).Select(i => (Change(i), images.Label(i)))]);

        Drawing Change(int i)
        {
            images.ReadItem(i, pixels);
            augmenter.Apply(pixels, scratch, seed, epoch: 1, i, images.Label(i));
            return Draw(pixels, images.ItemShape);
        }
    }

    private static Drawing Draw(float[] pixels, Shape shape) => new(Drawing.Brightness([.. pixels.Select(pixel => (byte)Math.Round(pixel))], shape[2]), shape[0], shape[1]);

    private static IEnumerable<int> Spread(int training, int count)
    {
        int taken = Math.Min(count, training);
        return Enumerable.Range(0, taken).Select(i => (int)((long)i * training / taken));
    }
}

/// <summary>A few training images before the training. Where they come in several forms, those of one image stand under one another.</summary>
internal static class PreviewSheet
{
    /// <summary>Writes the sheet.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="previews">The forms, at least one, of the same images.</param>
    /// <param name="names">What the classes are called.</param>
    public static void Write(Screen screen, IReadOnlyList<Preview> previews, ClassNames names)
    {
        // All by the same margin, so that forms can be compared.
        int margin = previews.SelectMany(preview => preview.Images).Min(image => image.Picture.Margin);
        screen.WriteLine($"Training images, {string.Join(", and below ", previews.Select(preview => preview.Form))}:");
        int perRow = DrawingSheet.PerRow(screen, previews[0].Images[0].Picture.Width - (2 * margin));
        for (int first = 0; first < previews[0].Images.Count; first += perRow)
        {
            foreach (Preview preview in previews)
            {
                // One caption does for all forms.
                bool isLast = ReferenceEquals(preview, previews[^1]);
                DrawingSheet.Write(
                    screen,
                    [.. preview.Images.Skip(first).Take(perRow).Select(image => (image.Picture.Cropped(margin), isLast ? names[image.Label] : "", Style.Plain))]);
            }
        }
    }
}
