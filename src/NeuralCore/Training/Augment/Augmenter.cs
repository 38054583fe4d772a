using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace NeuralCore;

/// <summary>
/// Changes images of one size within the limits of an <see cref="Augmentation"/>: strokes and sharpness first, then one resampling for turning,
/// moving, zooming, slanting and bending together, then contrast and noise. Several threads may use one augmenter, each with
/// scratch memory of its own; nothing is allocated.
/// </summary>
public sealed class Augmenter
{
    // One row and column of background before the image and two after it: a place held to just outside the image has all its four
    // neighbours.
    private const int Before = 1;
    private const int Around = 3;

    private readonly Augmentation _limits;
    private readonly int _height;
    private readonly int _width;
    private readonly int _stride;
    private readonly int _paddedLength;
    private readonly int[] _neighbours;
    private readonly RubberSheet _sheet;
    private readonly DigitStyles _styles;
    private readonly Shape _shape;

    /// <summary>Prepares for images of one size.</summary>
    /// <param name="limits">How far images may be changed.</param>
    /// <param name="shape">Height x width x 1; any number of channels if <see cref="Augmentation.IsForPictures"/>. The sides are longer than <see cref="Augmentation.Translate"/>.</param>
    /// <exception cref="ArgumentException">Images of this shape cannot be augmented.</exception>
    public Augmenter(Augmentation limits, Shape shape)
    {
        if (shape.Rank != 3 || (shape[2] != 1 && !limits.IsForPictures) || limits.Translate >= Math.Min(shape[0], shape[1]))
        {
            throw new ArgumentException(
                $"Augmentation takes images of one channel, height x width x 1, not items of {shape}; if it only mirrors and translates, of any number of channels, with sides longer than the translation.",
                nameof(shape));
        }

        _shape = shape;
        (_limits, _height, _width) = (limits, shape[0], shape[1]);
        _stride = _width + Around;
        _paddedLength = (_height + Around) * _stride;
        _neighbours = [-_stride, -1, 1, _stride];
        _sheet = new RubberSheet(_height, _width);
        _styles = new DigitStyles(_height, _width);
    }

    /// <summary>The floats of scratch memory that a thread needs.</summary>
    public int ScratchLength => Math.Max(_shape.Count, (2 * _paddedLength) + (2 * _height * _width) + RubberSheet.ScratchLength);

    /// <summary>Changes one image in place.</summary>
    /// <param name="image">Height x width x channels raw pixels, 0 to 255.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats, for this call alone.</param>
    /// <param name="seed">The seed of the training.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="index">The image's number in the training data.</param>
    /// <param name="label">What it shows, for <see cref="Augmentation.Styles"/>; below 0 if that is not known.</param>
    public void Apply(Span<float> image, Span<float> scratch, ulong seed, int epoch, int index, int label = -1)
    {
        var random = new ImageRandom(seed, epoch, index);
        if (_limits.Mirror || _limits.Translate > 0)
        {
            Place(image, scratch[..image.Length], random, once: new ImageRandom(seed, epoch: 0, index), epoch);
            if (_limits.IsForPictures)
            {
                return;
            }
        }

        if (_limits.Styles > 0)
        {
            _styles.Apply(image, label, _limits.Styles, random);
        }

        Apply(image, scratch, Distortion.Draw(_limits, _height, _width, random), random);
    }

    /// <summary>Mirrors an image in every second epoch, and moves it. Whether it is mirrored in those of even or of odd number is drawn for epoch 0 and stays.</summary>
    private void Place(Span<float> image, Span<float> copy, ImageRandom random, ImageRandom once, int epoch)
    {
        image.CopyTo(copy);
        bool isMirrored = _limits.Mirror && (once.Signed(ImageRandom.PlaceBlock).A < 0) == (epoch % 2 == 0);
        (float x, float y, _, _) = random.Signed(ImageRandom.PlaceBlock);
        ImageShift.Copy<float>(copy, image, _shape, isMirrored, (Whole(x), Whole(y)));

        int Whole(float signed) => (int)MathF.Floor((signed + 1) / 2 * ((2 * _limits.Translate) + 1)) - _limits.Translate;
    }

    /// <summary>Changes one image in place by known amounts; what bends and soils it is still drawn.</summary>
    internal void Apply(Span<float> image, Span<float> scratch, in Distortion distortion, ImageRandom random)
    {
        Span<float> padded = scratch[.._paddedLength];
        Pad(image, padded);
        if (distortion.Thickness != 0)
        {
            ChangeStrokes(padded, scratch.Slice(_paddedLength, _paddedLength), distortion.Thickness);
        }

        if (distortion.Blur != 0)
        {
            Blur(padded, scratch.Slice(_paddedLength, _paddedLength), distortion.Blur);
        }

        Span<float> x = scratch.Slice(2 * _paddedLength, image.Length), y = scratch.Slice((2 * _paddedLength) + image.Length, image.Length);
        if (_limits.Elastic > 0)
        {
            _sheet.Bend((float)_limits.Elastic, random, x, y, scratch[((2 * _paddedLength) + (2 * image.Length))..]);
        }
        else
        {
            x.Clear();
            y.Clear();
        }

        Resample(padded, image, x, y, distortion);
        if (distortion.Contrast != 1)
        {
            TensorPrimitives.Multiply(image, distortion.Contrast, image);
        }

        if (distortion.Noise > 0)
        {
            AddNoise(image, distortion.Noise, random);
        }
    }

    private void Pad(ReadOnlySpan<float> image, Span<float> padded)
    {
        padded.Clear();
        for (int row = 0; row < _height; row++)
        {
            image.Slice(row * _width, _width).CopyTo(padded[(((row + Before) * _stride) + Before)..]);
        }
    }

    /// <summary>Mixes the image with the brightest (thicker) or the darkest (thinner) of each pixel and its four neighbours.</summary>
    private void ChangeStrokes(Span<float> padded, Span<float> extreme, float thickness)
    {
        Span<float> result = Middle(extreme);
        Middle(padded).CopyTo(result);
        foreach (int neighbour in _neighbours)
        {
            ReadOnlySpan<float> other = Middle(padded, neighbour);
            if (thickness > 0)
            {
                TensorPrimitives.Max(result, other, result);
            }
            else
            {
                TensorPrimitives.Min(result, other, result);
            }
        }

        Mix(padded, result, Math.Abs(thickness));
    }

    /// <summary>
    /// Mixes the image with the mean of each pixel and its eight neighbours, and what came of that once more: a blur whose variance along an axis
    /// is 4/3 of the part, in pixels squared.
    /// </summary>
    private void Blur(Span<float> padded, Span<float> sums, float part)
    {
        Span<float> pixels = Middle(padded);
        for (int pass = 0; pass < 2; pass++)
        {
            sums.Clear();
            Span<float> along = Middle(sums);
            TensorPrimitives.Add(Middle(padded, -1), pixels, along);
            TensorPrimitives.Add(along, Middle(padded, 1), along);
            TensorPrimitives.Multiply(along, part / 9, along);
            TensorPrimitives.Multiply(pixels, 1 - part, pixels);
            for (int row = -1; row <= 1; row++)
            {
                TensorPrimitives.Add(pixels, Middle(sums, row * _stride), pixels);
            }

            // Nine ninths can come to a little more than one.
            TensorPrimitives.Min(pixels, 255, pixels);
            ClearBeside(pixels);
        }
    }

    /// <summary>The span from the image's first pixel to its last, with the columns of background between its rows.</summary>
    private Span<float> Middle(Span<float> padded, int offset = 0) =>
        padded.Slice((Before * _stride) + Before + offset, ((_height - 1) * _stride) + _width);

    private void Mix(Span<float> padded, Span<float> other, float part)
    {
        Span<float> pixels = Middle(padded);
        TensorPrimitives.Multiply(other, part, other);
        TensorPrimitives.Multiply(pixels, 1 - part, pixels);
        TensorPrimitives.Add(pixels, other, pixels);
        ClearBeside(pixels);
    }

    /// <summary>The columns beside the image are in the same span and stay background.</summary>
    private void ClearBeside(Span<float> pixels)
    {
        for (int row = 0; row < _height - 1; row++)
        {
            pixels.Slice((row * _stride) + _width, Around).Clear();
        }
    }

    /// <summary>
    /// Finds for each pixel the place where its ink was, and takes it from the four pixels around that place. A place x of the
    /// image came to c + s + R H Z (x - c), with the middle c, the shift s, the turn R, the slant H and the zoom Z; here it goes the
    /// other way, and the bending is added where it arrives.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Resample(ReadOnlySpan<float> padded, Span<float> image, ReadOnlySpan<float> bentX, ReadOnlySpan<float> bentY, in Distortion distortion)
    {
        double cos = Math.Cos(distortion.Angle), sin = Math.Sin(distortion.Angle);
        float xx = (float)((cos + (distortion.Shear * sin)) / distortion.ZoomX), xy = (float)((sin - (distortion.Shear * cos)) / distortion.ZoomX);
        float yx = (float)(-sin / distortion.ZoomY), yy = (float)(cos / distortion.ZoomY);
        float middleX = (_width - 1) / 2f, middleY = (_height - 1) / 2f;
        float fromX = middleX + (float)distortion.ShiftX, fromY = middleY + (float)distortion.ShiftY;
        float lastX = _width + Before, lastY = _height + Before;
        fixed (float* from = padded, to = image, moveX = bentX, moveY = bentY)
        {
            for (int row = 0; row < _height; row++)
            {
                float downX = middleX + Before + (xy * (row - fromY)), downY = middleY + Before + (yy * (row - fromY));
                for (int column = 0; column < _width; column++)
                {
                    int pixel = (row * _width) + column;
                    float right = column - fromX;
                    float x = Math.Min(Math.Max(downX + (xx * right) + moveX[pixel], 0), lastX);
                    float y = Math.Min(Math.Max(downY + (yx * right) + moveY[pixel], 0), lastY);
                    int wholeX = (int)x, wholeY = (int)y;
                    float* corner = from + (wholeY * _stride) + wholeX;
                    float partX = x - wholeX;
                    float above = corner[0] + (partX * (corner[1] - corner[0]));
                    float below = corner[_stride] + (partX * (corner[_stride + 1] - corner[_stride]));
                    to[pixel] = above + ((y - wholeY) * (below - above));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddNoise(Span<float> image, float deviation, ImageRandom random)
    {
        Span<float> noise = stackalloc float[ImageRandom.NoisePerCall];
        for (int start = 0; start < image.Length; start += noise.Length)
        {
            random.Noise(start / noise.Length, noise);
            Span<float> pixels = image[start..Math.Min(start + noise.Length, image.Length)];
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = Math.Clamp(pixels[i] + (deviation * noise[i]), 0, 255);
            }
        }
    }
}
