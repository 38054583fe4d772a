using NeuralCore.Data;
using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>Training images in one of the forms in which a training meets them.</summary>
/// <param name="Form">What was done to them: <c>as loaded</c>.</param>
/// <param name="Images">Each with its label, of one size.</param>
internal sealed record Preview(string Form, IReadOnlyList<(Drawing Picture, int Label)> Images)
{
    /// <summary>Takes images as they were loaded, spread evenly over a set: in sorted sets neighbours are alike.</summary>
    /// <param name="images">The set.</param>
    /// <param name="training">How many of its first images are trained on.</param>
    /// <param name="count">How many images to take; all if there are not so many.</param>
    public static Preview AsLoaded(LabelledImages images, int training, int count)
    {
        int taken = Math.Min(count, training);
        return new("as loaded", [.. Enumerable.Range(0, taken).Select(i => (int)((long)i * training / taken)).Select(i => (new Drawing(images, i), images.Label(i)))]);
    }
}

/// <summary>A few training images before the training, one sheet a form, so that forms of one image stand in the same place.</summary>
internal static class PreviewSheet
{
    /// <summary>Writes the sheets.</summary>
    public static void Write(Screen screen, IReadOnlyList<Preview> previews)
    {
        // All by the same margin, so that forms can be compared.
        int margin = previews.SelectMany(preview => preview.Images).Min(image => image.Picture.Margin);
        foreach (Preview preview in previews)
        {
            screen.WriteLine($"Training images, {preview.Form}:");
            DrawingSheet.Write(screen, [.. preview.Images.Select(image => (image.Picture.Cropped(margin), $"{image.Label}", Style.Plain))]);
        }
    }
}
