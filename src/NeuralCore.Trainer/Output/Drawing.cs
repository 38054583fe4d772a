using NeuralCore.Data;

namespace NeuralCore.Trainer.Output;

/// <summary>A picture in shades of grey, 0 (black) to 255 (white).</summary>
internal sealed class Drawing
{
    private readonly byte[] _pixels;

    /// <summary>Takes one image of a set.</summary>
    public Drawing(LabelledImages images, int index)
        : this(Brightness(images.Pixels(index), images.Channels), images.Height, images.Width)
    {
    }

    /// <summary>Takes pixels over, row after row.</summary>
    public Drawing(byte[] pixels, int height, int width)
    {
        (_pixels, Height, Width) = (pixels, height, width);
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>A pixel; what lies outside the picture is black.</summary>
    public byte this[int row, int column] => row < Height && column < Width ? _pixels[(row * Width) + column] : (byte)0;

    /// <summary>How many rows and columns can be cut off on all four sides without losing anything.</summary>
    public int Margin
    {
        get
        {
            // Something is left of a blank picture too.
            int margin = (Math.Min(Height, Width) - 1) / 2;
            for (int i = 0; i < _pixels.Length; i++)
            {
                if (_pixels[i] > 0)
                {
                    (int row, int column) = (i / Width, i % Width);
                    margin = Math.Min(margin, Math.Min(Math.Min(row, Height - 1 - row), Math.Min(column, Width - 1 - column)));
                }
            }

            return margin;
        }
    }

    /// <summary>The mean of red, green and blue, where a pixel has them.</summary>
    public static byte[] Brightness(ReadOnlySpan<byte> pixels, int channels)
    {
        var brightness = new byte[pixels.Length / channels];
        for (int i = 0; i < brightness.Length; i++)
        {
            int sum = 0;
            foreach (byte value in pixels.Slice(i * channels, channels))
            {
                sum += value;
            }

            brightness[i] = (byte)(sum / channels);
        }

        return brightness;
    }

    /// <summary>The same picture with this many rows and columns cut off on all four sides.</summary>
    public Drawing Cropped(int margin)
    {
        (int rows, int columns) = (Height - (2 * margin), Width - (2 * margin));
        var pixels = new byte[rows * columns];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = this[margin + (i / columns), margin + (i % columns)];
        }

        return new Drawing(pixels, rows, columns);
    }

    /// <summary>The same picture at most so wide: squares of pixels become one, their mean.</summary>
    public Drawing ShrunkTo(int width)
    {
        int side = (Width + width - 1) / width;
        if (side <= 1)
        {
            return this;
        }

        int rows = (Height + side - 1) / side;
        int columns = (Width + side - 1) / side;
        var pixels = new byte[rows * columns];
        for (int i = 0; i < pixels.Length; i++)
        {
            int sum = 0;
            for (int j = 0; j < side * side; j++)
            {
                sum += this[(i / columns * side) + (j / side), (i % columns * side) + (j % side)];
            }

            pixels[i] = (byte)(sum / (side * side));
        }

        return new Drawing(pixels, rows, columns);
    }
}
