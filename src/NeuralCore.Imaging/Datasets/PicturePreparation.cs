using System.Globalization;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Imaging.Datasets;

/// <summary>
/// How a picture becomes what a network sees. It belongs to a model, whose file keeps its name, so that predicting prepares pictures as training did.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Side">The rows, and as many columns, that come out.</param>
/// <param name="Channels">1 for brightness or ink, 3 for red, green and blue.</param>
public sealed record PicturePreparation(PictureKind Kind, int Side, int Channels)
{
    /// <summary>Pictures of fewer rows or columns are refused.</summary>
    public const int SmallestSide = 4;

    /// <summary>The preparation of handwritten digits: <see cref="PictureKind.Digit"/>.</summary>
    public static PicturePreparation Digit { get; } = new(PictureKind.Digit, MnistFrame.Side, 1);

    /// <summary>The preparation of single signs on paper: <see cref="PictureKind.Frame"/>.</summary>
    public static PicturePreparation Frame { get; } = new(PictureKind.Frame, MnistFrame.Side, 1);

    /// <summary>The values that come out.</summary>
    public int Length => Side * Side * Channels;

    /// <summary>The name of a kind, which <see cref="ParseKind"/> reads.</summary>
    public static string NameOf(PictureKind kind) => kind.ToString().ToLower(CultureInfo.InvariantCulture);

    /// <summary>Reads the name of a kind.</summary>
    /// <returns>Null for any other text.</returns>
    public static PictureKind? ParseKind(string? name) => name switch
    {
        "digit" => PictureKind.Digit,
        "frame" => PictureKind.Frame,
        "picture" => PictureKind.Picture,
        _ => null,
    };

    /// <summary>The name of the kind.</summary>
    public string Name => NameOf(Kind);

    /// <summary>Prepares a picture.</summary>
    /// <param name="photo">The picture, upright.</param>
    /// <param name="destination">Receives <see cref="Length"/> bytes, row-major.</param>
    /// <returns>What is wrong with the picture, as what follows its name; null if nothing is.</returns>
    public string? Apply(ColourImage photo, Span<byte> destination)
    {
        if (Math.Min(photo.Width, photo.Height) < SmallestSide)
        {
            return $"has {photo.Width} x {photo.Height} pixels, and a picture takes at least {SmallestSide} x {SmallestSide}";
        }

        if (Kind == PictureKind.Picture)
        {
            TakeMiddle(photo, destination);
            return null;
        }

        if (DigitPipeline.Run(photo, isDigit: Kind == PictureKind.Digit) is not { } ink)
        {
            return "shows no ink that stands out from its paper";
        }

        ink.Picture.ToBytes().CopyTo(destination);
        return null;
    }

    /// <summary>The largest square in the middle, by area averages.</summary>
    private void TakeMiddle(ColourImage photo, Span<byte> destination)
    {
        int square = Math.Min(photo.Width, photo.Height);
        ColourImage middle = photo.Width == photo.Height ? photo : photo.Crop(new Box((photo.Width - square) / 2, (photo.Height - square) / 2, square, square));
        if (Channels == 1)
        {
            middle.Luma().Resized(Side, Side).ToBytes().CopyTo(destination);
            return;
        }

        if (square == Side)
        {
            middle.Pixels.CopyTo(destination);
            return;
        }

        BytePlane[] planes = middle.ToPlanes();
        for (int channel = 0; channel < Channels; channel++)
        {
            byte[] values = new GrayImage(square, square, Array.ConvertAll(planes[channel].Pixels, value => (float)value)).Resized(Side, Side).ToBytes();
            for (int i = 0; i < values.Length; i++)
            {
                destination[(i * Channels) + channel] = values[i];
            }
        }
    }
}

/// <summary>What is done to pictures.</summary>
public enum PictureKind
{
    /// <summary>The middle square of the whole picture, scaled.</summary>
    Picture,

    /// <summary>The ink of one sign on paper: found, cut out, scaled into 20x20 and centred in 28x28, light on black.</summary>
    Frame,

    /// <summary>The same for digits alone: lines below them and bars beside them are taken out too.</summary>
    Digit,
}
