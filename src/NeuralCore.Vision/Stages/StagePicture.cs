using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>What a stage made of a photo.</summary>
/// <param name="Name">A word, good for a file's name.</param>
/// <param name="Caption">What was done.</param>
/// <param name="Picture">The result.</param>
public sealed record StagePicture(string Name, string Caption, ColourImage Picture)
{
    /// <summary>Makes one of a picture in shades of grey.</summary>
    internal static StagePicture Of(string name, string caption, GrayImage picture)
    {
        var plane = new BytePlane(picture.Width, picture.Height, picture.ToBytes());
        return Of(name, caption, [plane, plane, plane]);
    }

    /// <summary>Makes one of red, green and blue.</summary>
    internal static StagePicture Of(string name, string caption, BytePlane[] channels)
    {
        var pixels = new byte[channels[0].Pixels.Length * ColourImage.Channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = channels[i % ColourImage.Channels].Pixels[i / ColourImage.Channels];
        }

        return new StagePicture(name, caption, new ColourImage(channels[0].Width, channels[0].Height, pixels));
    }
}
