using NeuralCore.Data;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>A page that a test writes on with MNIST's digits: dark ink on light paper. The same random numbers write the same page.</summary>
internal sealed class WrittenPage(int width, int height, LabelledImages digits, Random random)
{
    private const int Side = 28;
    private const byte Visible = 100;

    private readonly GrayImage _ink = new(width, height);

    /// <summary>What was written, line by line, and where.</summary>
    public List<List<(int Digit, Box Box)>> Lines { get; } = [];

    /// <summary>The digits of each line as text.</summary>
    public string[] Texts => [.. Lines.Select(line => string.Concat(line.Select(digit => digit.Digit)))];

    /// <summary>Writes a line.</summary>
    /// <param name="count">How many digits.</param>
    /// <param name="x">Where it begins.</param>
    /// <param name="y">The middle of the first digit.</param>
    /// <param name="size">The height of the digits.</param>
    /// <param name="gap">From the ink of one digit to the next, in heights, by chance between two bounds. Below 0 their columns overlap.</param>
    /// <param name="slope">How many rows the line falls a column.</param>
    /// <param name="variety">By what part sizes and slants differ: at 0.5 a nought can be half as high as the nine beside it.</param>
    public WrittenPage Write(int count, double x, double y, double size, (double Least, double Most) gap, double slope = 0, double variety = 0.1)
    {
        var line = new List<(int, Box)>();
        double slant = Chance(variety);
        for (int i = 0; i < count; i++)
        {
            int index = random.Next(digits.Count);
            double scale = size / 20 * Math.Exp(Chance(variety));
            Box box = Draw(index, x, y, scale, scale * (1 + Math.Abs(Chance(variety))), slant + Chance(variety / 2));
            line.Add((digits.Label(index), box));
            double advance = box.Right - x + (size * (gap.Least + (random.NextDouble() * (gap.Most - gap.Least))));
            x += advance;
            y += slope * advance;
        }

        Lines.Add(line);
        return this;
    }

    /// <summary>Rules the page, as paper for schoolchildren is.</summary>
    /// <param name="distance">From line to line, in rows.</param>
    /// <param name="slope">How many rows a line falls a column.</param>
    /// <param name="strength">0 to 255.</param>
    public WrittenPage Rule(int distance, double slope, float strength)
    {
        for (int x = 0; x < width; x++)
        {
            for (double y = distance / 2.0; y < height * 2; y += distance)
            {
                int row = (int)(y + (slope * x));
                if (row >= 0 && row < height)
                {
                    _ink[x, row] = Math.Max(_ink[x, row], strength);
                }
            }
        }

        return this;
    }

    /// <summary>Draws a table on a part of the page.</summary>
    /// <param name="box">Where.</param>
    /// <param name="rows">How many rows it has, all alike.</param>
    /// <param name="strength">0 to 255.</param>
    public WrittenPage Table(Box box, int rows, float strength)
    {
        for (int y = box.Y; y < box.Bottom; y++)
        {
            for (int x = box.X; x < box.Right; x++)
            {
                if ((y - box.Y) % (box.Height / rows) < 3 || x < box.X + 3 || x >= box.Right - 3)
                {
                    _ink[x, y] = Math.Max(_ink[x, y], strength);
                }
            }
        }

        return this;
    }

    /// <summary>Takes the photo.</summary>
    /// <param name="noise">The standard deviation of the grain, of 255.</param>
    /// <param name="shadow">How much light a shadow takes away in the lower right corner, 0 to 1.</param>
    public ColourImage Photo(double noise = 2, double shadow = 0)
    {
        var pixels = new byte[width * height * ColourImage.Channels];
        for (int i = 0; i < width * height; i++)
        {
            (double x, double y) = ((double)(i % width) / width, (double)(i / width) / height);
            double light = 1 - (shadow / (1 + Math.Exp(-10 * (x + y - 1))));
            double value = light * (225 - (0.75 * _ink.Pixels[i]));
            double grain = noise * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2;
            Array.Fill(pixels, (byte)Math.Clamp(value + grain, 0, 255), i * ColourImage.Channels, ColourImage.Channels);
        }

        return new ColourImage(width, height, pixels);
    }

    private double Chance(double reach) => ((2 * random.NextDouble()) - 1) * reach;

    /// <summary>Draws a digit whose ink begins in a column; its place is the box of what is clearly seen.</summary>
    private Box Draw(int index, double left, double middle, double scaleX, double scaleY, double slant)
    {
        ReadOnlySpan<byte> source = digits.Pixels(index);
        double first = double.PositiveInfinity;
        for (int i = 0; i < source.Length; i++)
        {
            first = source[i] > Visible ? Math.Min(first, (i % Side) - (slant * ((i / Side) - 13.5)) - 0.5) : first;
        }

        (int x0, int y0, int x1, int y1) = (int.MaxValue, int.MaxValue, 0, 0);
        for (int y = Math.Max(0, (int)(middle - (14 * scaleY))); y < Math.Min(height, middle + (14 * scaleY)); y++)
        {
            for (int x = Math.Max(0, (int)(left - scaleX)); x < Math.Min(width, left + (40 * scaleX)); x++)
            {
                double sourceY = ((y + 0.5 - middle) / scaleY) + 13.5;
                double sourceX = ((x + 0.5 - left) / scaleX) + first + (slant * (sourceY - 13.5));
                float value = Sample(source, sourceX, sourceY);
                _ink[x, y] = Math.Max(_ink[x, y], value);
                if (value > Visible)
                {
                    (x0, y0, x1, y1) = (Math.Min(x0, x), Math.Min(y0, y), Math.Max(x1, x + 1), Math.Max(y1, y + 1));
                }
            }
        }

        return new Box(x0, y0, x1 - x0, y1 - y0);
    }

    private static float Sample(ReadOnlySpan<byte> source, double x, double y)
    {
        (int column, int row) = ((int)Math.Floor(x), (int)Math.Floor(y));
        if (column < 0 || row < 0 || column >= Side - 1 || row >= Side - 1)
        {
            return 0;
        }

        (double fx, double fy) = (x - column, y - row);
        int i = (row * Side) + column;
        return (float)(((1 - fy) * (((1 - fx) * source[i]) + (fx * source[i + 1]))) + (fy * (((1 - fx) * source[i + Side]) + (fx * source[i + Side + 1]))));
    }
}
