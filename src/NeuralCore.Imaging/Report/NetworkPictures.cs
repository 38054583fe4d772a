using NeuralCore.Data;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Report;

/// <summary>What a network has learnt to look for, and what its layers see in one image.</summary>
internal static class NetworkPictures
{
    private const int MostTiles = 64;
    private const int TilesPerRow = 8;
    private const int MostLayers = 4;

    /// <summary>
    /// The weights of the first layer that has any, a picture a filter: kernels where it is a convolution, whole images where it is
    /// dense and sees the pixels. Null where its weights are no pictures.
    /// </summary>
    public static Gallery? Filters(Model model)
    {
        if (model.Layers.FirstOrDefault(layer => layer is Conv2D or Dense) is not { } first)
        {
            return null;
        }

        string name = model.NameOf(first);
        ModelParameter kernel = model.Parameters.First(parameter => parameter.Name == $"{name}/kernel");
        (int height, int width) = first is Conv2D ? (kernel.Shape[0], kernel.Shape[1]) : (model.Input.Shape[0], model.Input.Shape[1]);
        int filters = kernel.Shape[kernel.Shape.Rank - 1];
        int channels = kernel.Shape.Count / (height * width * filters);
        if (channels is not (1 or ColourImage.Channels) || kernel.Shape.Count != height * width * channels * filters)
        {
            return null;
        }

        float[] weights = kernel.Read();
        float largest = Paint.Largest(weights);
        int shown = Math.Min(filters, MostTiles);
        Raster[] tiles = [.. Enumerable.Range(0, shown).Select(f => channels == 1
            ? Paint.Signed(Channel(weights, filters, f), width, largest)
            : Paint.SignedColours(Channel(weights, filters, f), width, largest))];
        string count = shown < filters ? $"{shown} of {Words.Count(filters)} filters" : Words.Count(filters, "filter", "filters");
        return new Gallery("filters", "Filters of the first layer", [new Exhibit(
            Raster.Mosaic(tiles, TilesPerRow), name, $"{count} of {height} × {width}",
            $"The weights of {count} of layer {name}, one small picture each")], Size: 560);
    }

    /// <summary>What the layers that answer with pictures make of one test image; each of them a gallery of its own.</summary>
    public static IEnumerable<Gallery> FeatureMaps(ReportSubject subject, int item)
    {
        Model model = subject.Model;
        float[] pixels = Item(subject.Test, item);
        string image = subject.HasClassNames ? $"class {subject.NameOf(subject.Test.Label(item))}" : $"a {subject.Test.Label(item)}";
        foreach (LayerCall call in model.Calls.Where(call => call.Layer is Conv2D or MaxPooling2D).DistinctBy(call => call.Layer).Take(MostLayers))
        {
            (string name, Shape shape) = (model.NameOf(call.Layer), call.Output.Shape);
            (int height, int width, int channels) = (shape[0], shape[1], shape[2]);
            float[] output = model.Activations(pixels, call.Layer);
            float largest = Paint.Largest(output);
            int shown = Math.Min(channels, MostTiles);
            Raster[] tiles = [.. Enumerable.Range(0, shown).Select(c => Paint.Activation(Channel(output, channels, c), width, largest))];
            string count = shown < channels ? $"{shown} of {Words.Count(channels)} maps" : Words.Count(channels, "map", "maps");
            yield return new Gallery($"feature-maps-{name}", $"Feature maps of {(subject.HasClassNames ? "an image of " : "")}{image}", [new Exhibit(
                Raster.Mosaic(tiles, TilesPerRow), name, $"{count} of {height} × {width}",
                $"The activations of {count} of layer {name} for test image {item}, {image}")], Size: 560);
        }
    }

    /// <summary>A test image as the network takes it.</summary>
    public static float[] Item(LabelledImages images, int item)
    {
        var values = new float[images.ItemShape.Count];
        images.ReadItem(item, values);
        return values;
    }

    /// <summary>One channel of values whose channels are neighbours.</summary>
    private static float[] Channel(float[] values, int channels, int channel) =>
        [.. Enumerable.Range(0, values.Length / channels).Select(i => values[(i * channels) + channel])];
}
