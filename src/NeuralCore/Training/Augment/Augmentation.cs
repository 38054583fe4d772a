using System.Runtime.CompilerServices;

namespace NeuralCore;

/// <summary>
/// How far training images may be changed before a network sees them, so that it learns what does not matter: each time an image
/// is used it is turned, moved, bent and soiled a little, by amounts drawn anew within these limits. Zero leaves that part alone.
/// For images of one channel, height x width x 1, light ink on a background of 0, with pixels from 0 to 255; <see cref="Mirror"/> and <see cref="Translate"/>
/// are for pictures of any kind.
/// </summary>
/// <remarks>What is drawn is a function of the seed, the epoch and the image, and of nothing else.</remarks>
public sealed record Augmentation
{
    /// <summary>Amounts for handwritten digits, chosen on MNIST's validation images and disturbed copies of them.</summary>
    public static Augmentation Default { get; } = new()
    {
        Rotation = 20,
        Shift = 0.14,
        Zoom = 0.3,
        Stretch = 0.1,
        Shear = 0.1,
        Elastic = 0.03,
        Thickness = 0.4,
        Blur = 1,
        Contrast = 0.2,
        Noise = 0.3,
    };

    /// <summary>The amounts of <see cref="Default"/>, and other people's ways to write digits.</summary>
    public static Augmentation Digits { get; } = Default with { Styles = 0.5 };

    /// <summary>For pictures of things: mirrored in every second epoch, and moved by up to two pixels.</summary>
    public static Augmentation Pictures { get; } = new() { Mirror = true, Translate = 2 };

    /// <summary>
    /// Mirrored left to right in every second epoch: half of the images, drawn once, in those of even number, the others in those of odd number. So an image comes
    /// once each way in any two consecutive epochs (Keller Jordan, "94 % on CIFAR-10 in 3.29 seconds on a single GPU", 2024).
    /// </summary>
    public bool Mirror { get; init; }

    /// <summary>Moved along each axis by up to this many whole pixels, in [0, 16] and less than the image's sides; what comes in at an edge is mirrored there.</summary>
    public int Translate { get; init => field = (int)InRange(value, 16); }

    /// <summary>Whether nothing but <see cref="Mirror"/> and <see cref="Translate"/> is asked for, so that images may have any number of channels.</summary>
    public bool IsForPictures => this with { Mirror = false, Translate = 0 } == new Augmentation();

    /// <summary>Turned by up to this many degrees either way, in [0, 180].</summary>
    public double Rotation { get; init => field = InRange(value, 180); }

    /// <summary>Moved along each axis by up to this part of the image's height or width, in [0, 1].</summary>
    public double Shift { get; init => field = InRange(value, 1); }

    /// <summary>Enlarged by a factor from 1 / (1 + Zoom) to 1 + Zoom, in [0, 3]; shrinking and enlarging are equally likely.</summary>
    public double Zoom { get; init => field = InRange(value, 3); }

    /// <summary>Made wider or narrower than it is high by a factor from 1 / (1 + Stretch) to 1 + Stretch, in [0, 3]; the area stays.</summary>
    public double Stretch { get; init => field = InRange(value, 3); }

    /// <summary>Slanted: a row is moved sideways by up to this many pixels for each row between it and the middle, in [0, 1].</summary>
    public double Shear { get; init => field = InRange(value, 1); }

    /// <summary>
    /// Bent like rubber: the points of a grid of a quarter of the image's side are moved along each axis by up to this part of the
    /// side, in [0, 0.25], and what lies between follows smoothly.
    /// </summary>
    public double Elastic { get; init => field = InRange(value, 0.25); }

    /// <summary>
    /// Strokes made thicker or thinner by up to this part of a pixel on each side, in [0, 1]: the image is mixed with the brightest
    /// or the darkest of each pixel and its four neighbours.
    /// </summary>
    public double Thickness { get; init => field = InRange(value, 1); }

    /// <summary>
    /// Blurred, every second image: mixed by up to this part, in [0, 1], with the mean of each pixel and its eight
    /// neighbours, twice.
    /// </summary>
    public double Blur { get; init => field = InRange(value, 1); }

    /// <summary>Faded: all pixels multiplied by a factor from 1 - Contrast to 1, in [0, 1].</summary>
    public double Contrast { get; init => field = InRange(value, 1); }

    /// <summary>
    /// Noise with a standard deviation of up to this part of 255, in [0, 1], added to each pixel of every second image; the sum is
    /// held in 0 to 255. Images that are blurred get none.
    /// </summary>
    public double Noise { get; init => field = InRange(value, 1); }

    /// <summary>
    /// Digits that are written in ways which MNIST hardly has: the share of ones, in [0, 1], that get a flag and some of them a foot. Sevens get a
    /// bar or a tick, nines a hook, threes an angular upper half and open fours a point, a little less often. Only for digits, whose
    /// labels are what they show.
    /// </summary>
    public double Styles { get; init => field = InRange(value, 1); }

    private static double InRange(double value, double largest, [CallerMemberName] string name = "") => value >= 0 && value <= largest
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is from 0 to {largest}.");
}
