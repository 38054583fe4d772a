using System.Globalization;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Stages;

/// <summary>
/// How a picture becomes what a network sees. It belongs to a model, whose file keeps its name, so that predicting prepares pictures as training did.
/// </summary>
/// <param name="Kind">What is done.</param>
/// <param name="Side">The rows, and as many columns, that come out.</param>
/// <param name="Channels">1 for brightness or ink, 3 for red, green and blue.</param>
public sealed record PicturePreparation(PictureKind Kind, int Side, int Channels)
{
    /// <summary>The name under which a model's file keeps the kind.</summary>
    public const string Key = "preparation";

    /// <summary>Pictures of fewer rows or columns are refused.</summary>
    public const int SmallestSide = 4;

    /// <summary>Pictures of stages that are only looked at are made smaller than this.</summary>
    private const int LongestStage = 800;

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

    /// <summary>
    /// How pictures are prepared for a model: as its file says; if it does not, as digits or letters for images of MNIST's shape, and as whole pictures for images in
    /// colour.
    /// </summary>
    /// <param name="shape">What the model takes.</param>
    /// <param name="kind">What its file says; null if nothing.</param>
    /// <param name="alphabet">What it knows.</param>
    /// <returns>Null where a picture cannot become that.</returns>
    public static PicturePreparation? For(Shape shape, PictureKind? kind, Alphabet alphabet)
    {
        if (shape.Rank != 3 || shape[0] != shape[1] || shape[2] is not (1 or ColourImage.Channels))
        {
            return null;
        }

        bool isFramed = shape == new Shape(Digit.Side, Digit.Side, Digit.Channels);
        kind ??= isFramed ? (alphabet.HasLetters ? PictureKind.Frame : PictureKind.Digit) : shape[2] == ColourImage.Channels ? PictureKind.Picture : null;
        return kind is not { } known || (known != PictureKind.Picture && !isFramed) ? null : new PicturePreparation(known, shape[0], shape[2]);
    }

    /// <summary>Prepares a picture.</summary>
    /// <param name="photo">The picture, upright.</param>
    /// <param name="destination">Receives <see cref="Length"/> bytes, row-major.</param>
    /// <param name="keep">Gets the picture of each stage, if given.</param>
    /// <returns>What is wrong with the picture, as what follows its name; null if nothing is.</returns>
    public string? Apply(ColourImage photo, Span<byte> destination, Action<StagePicture>? keep = null)
    {
        if (Math.Min(photo.Width, photo.Height) < SmallestSide)
        {
            return $"has {photo.Width} x {photo.Height} pixels, and a picture takes at least {SmallestSide} x {SmallestSide}";
        }

        if (Kind == PictureKind.Picture)
        {
            TakeMiddle(photo, destination, keep);
            return null;
        }

        if (DigitPipeline.Run(photo, keep, isDigit: Kind == PictureKind.Digit) is not { } ink)
        {
            return "shows no ink that stands out from its paper";
        }

        ink.Picture.ToBytes().CopyTo(destination);
        return null;
    }

    /// <summary>The largest square in the middle, by area averages.</summary>
    private void TakeMiddle(ColourImage photo, Span<byte> destination, Action<StagePicture>? keep)
    {
        int square = Math.Min(photo.Width, photo.Height);
        ColourImage middle = photo.Width == photo.Height ? photo : photo.Crop(new Box((photo.Width - square) / 2, (photo.Height - square) / 2, square, square));
        if (Channels == 1)
        {
            middle.Luma().Resized(Side, Side).ToBytes().CopyTo(destination);
        }
        else
        {
            Scale(middle, destination);
        }

        if (keep is not null)
        {
            keep(new StagePicture("photo", "Photo", photo.ShrunkTo(LongestStage)));
            keep(new StagePicture("middle", "The square in its middle", middle.ShrunkTo(LongestStage)));
            var pixels = new byte[Side * Side * ColourImage.Channels];
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = destination[i / ColourImage.Channels * Channels + (i % ColourImage.Channels % Channels)];
            }

            keep(new StagePicture("scaled", $"{Side}x{Side} by area averages{(Channels == 1 ? ", brightness" : "")}", new ColourImage(Side, Side, pixels)));
        }
    }

    private void Scale(ColourImage middle, Span<byte> destination)
    {
        int square = middle.Width;
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
