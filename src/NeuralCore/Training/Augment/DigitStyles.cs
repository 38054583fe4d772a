using System.Runtime.CompilerServices;

namespace NeuralCore;

/// <summary>
/// Draws strokes on digits that many people write and MNIST's writers hardly did: a flag, and a foot, on ones; a bar through sevens, or a tick at their
/// left end; a hook below nines; an angular upper half on threes; a point on open fours. A stroke is drawn along the digit's own
/// direction and about as thick as its own. What has it already, or can not be understood, stays as it is.
/// </summary>
internal sealed class DigitStyles(int height, int width)
{
    /// <summary>A pixel brighter than this is ink.</summary>
    private const float Ink = 96;

    /// <summary>The strokes' random numbers are these blocks of an image's.</summary>
    private const uint FirstBlock = 1 << 15;

    /// <summary>How likely a digit of each class is to get a stroke, for one of the class that gets most.</summary>
    private static readonly double[] Likely = [0, 1, 0, 0.5, 0.6, 0, 0, 0.8, 0, 0.5];

    /// <summary>Draws on one image in place.</summary>
    /// <param name="image">Height x width pixels, 0 to 255, light ink on black.</param>
    /// <param name="digit">What it is; only digits are drawn on.</param>
    /// <param name="share">The share of ones that get a stroke; others get one less often.</param>
    /// <param name="random">The image's random numbers.</param>
    public void Apply(Span<float> image, int digit, double share, ImageRandom random)
    {
        if ((uint)digit >= (uint)Likely.Length || Likely[digit] == 0)
        {
            return;
        }

        (float chance, float a, float b, float c) = random.Signed(FirstBlock);
        if ((chance + 1) / 2 >= share * Likely[digit] || InkBox.Of(image, height, width, Ink) is not { } box)
        {
            return;
        }

        var pen = new StylePen(image, height, width, Thickness(image) * (0.9 + (0.2 * c)));
        (float d, float e, float f, float g) = random.Signed(FirstBlock + 1);
        switch (digit)
        {
            case 1:
                DrawFlag(pen, image, (a, b, d, e, f, g));
                break;
            case 3:
                DrawCorner(pen, image, box, a, b);
                break;
            case 4:
                DrawPoint(pen, image, box);
                break;
            case 7:
                DrawBar(pen, image, box, (a, b, d, e));
                break;
            default:
                DrawHook(pen, image, box, a, b);
                break;
        }
    }

    /// <summary>A stroke of length l and thickness t has the area l t, and an outline of 2 l that is seen as differences between neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Thickness(ReadOnlySpan<float> image)
    {
        (double area, double outline) = (0, 0);
        for (int y = 0; y + 1 < height; y++)
        {
            for (int x = 0; x + 1 < width; x++)
            {
                int i = (y * width) + x;
                float right = image[i + 1] - image[i], down = image[i + width] - image[i];
                area += image[i];
                outline += MathF.Sqrt((right * right) + (down * down));
            }
        }

        return outline > 0 ? Math.Clamp(2 * area / outline, 1, 5) : 1;
    }

    /// <summary>A flag at the upper end of a one, and a foot under every third that has one.</summary>
    private void DrawFlag(in StylePen pen, ReadOnlySpan<float> image, (float A, float B, float C, float D, float E, float F) random)
    {
        if (StrokeAxis.Of(image, height, width, Ink) is not { } stroke || stroke.Across > (2.2 * pen.Thickness) + 1)
        {
            return;
        }

        double turn = (42 + (17 * random.A)) * Math.PI / 180, length = stroke.Length * (0.36 + (0.14 * random.B));
        (double cos, double sin) = (Math.Cos(turn), Math.Sin(turn));
        (double x, double y) = stroke.Top(pen.Thickness / 2);
        pen.Line(x, y, x + (length * ((stroke.DownX * cos) - (stroke.DownY * sin))), y + (length * ((stroke.DownY * cos) + (stroke.DownX * sin))));
        if (random.C < -0.33)
        {
            double slope = 0.12 * random.D;
            (x, y) = stroke.Bottom(pen.Thickness / 2);
            (double left, double right) = (stroke.Length * (0.2 + (0.1 * random.E)), stroke.Length * (0.22 + (0.1 * random.F)));
            pen.Line(x - left, y - (slope * left), x + right, y + (slope * right));
        }
    }

    /// <summary>A bar through the stem of a seven, or a tick down from its left end, or both.</summary>
    private void DrawBar(in StylePen pen, ReadOnlySpan<float> image, InkBox box, (float A, float B, float C, float D) random)
    {
        if (random.D < 0.5)
        {
            int row = (int)(box.Top + (box.Height * (0.53 + (0.1 * random.A))));
            if (Run(image, row, box.Left, box.Right) is not { } stem || stem.Length > (2.5 * pen.Thickness) + 2)
            {
                return;
            }

            double rise = 0.05 + (0.17 * random.B), half = box.Width * (0.26 + (0.08 * random.C));
            pen.Line(stem.Middle - half, row + (rise * half), stem.Middle + half, row - (rise * half));
        }

        if (random.D > 0 && Run(image, box.Top + (int)Math.Ceiling(pen.Thickness / 2), box.Left, box.Right) is { } top && top.Length > 2.5 * pen.Thickness)
        {
            double x = top.First + (pen.Thickness / 2), y = box.Top + (pen.Thickness / 2);
            pen.Line(x, y, x - (0.03 * box.Width * random.B), y + (box.Height * (0.17 + (0.05 * random.C))));
        }
    }

    /// <summary>A hook that the tail of a nine ends in.</summary>
    private void DrawHook(in StylePen pen, ReadOnlySpan<float> image, InkBox box, float a, float b)
    {
        int row = box.Bottom - 1 - (int)(pen.Thickness / 2);
        (int first, int last) = (width, -1);
        for (int y = box.Bottom - (int)(0.22 * box.Height); y < box.Bottom; y++)
        {
            if (Run(image, y, box.Left, box.Right) is { } run)
            {
                (first, last) = (Math.Min(first, run.First), Math.Max(last, run.First + run.Length));
            }
        }

        if (last - first > (2.2 * pen.Thickness) + 2 || Run(image, row, box.Left, box.Right) is not { } end)
        {
            return;
        }

        (double x, double y0) = (end.Middle, row);
        (double reach, double rise) = (box.Height * (0.32 + (0.12 * a)), box.Height * (0.1 + (0.08 * b)));
        pen.Curve(x, y0, x - (0.35 * reach), y0 + (0.12 * box.Height), x - reach, y0 - rise + (0.06 * box.Height));
    }

    /// <summary>The upper half of a three as a level stroke and one back to the middle.</summary>
    private void DrawCorner(in StylePen pen, Span<float> image, InkBox box, float a, float b)
    {
        // The middle of a three is the row, near half of its height, whose ink begins furthest to the left.
        (int waist, int tip) = (-1, width);
        for (int y = box.Top + (int)(0.36 * box.Height); y < box.Top + (int)(0.62 * box.Height); y++)
        {
            if (Run(image, y, box.Left, box.Right) is { } run && run.First < tip)
            {
                (waist, tip) = (y, run.First);
            }
        }

        double half = pen.Thickness / 2;
        if (waist < 0 || tip > box.Left + (0.7 * box.Width) || tip < box.Left + (0.08 * box.Width))
        {
            return;
        }

        for (int y = 0; y < waist - half; y++)
        {
            image.Slice(y * width, width).Clear();
        }

        (double left, double right) = (box.Left + half + (0.06 * box.Width * (1 + a)), box.Right - half - (0.08 * box.Width * (1 + b)));
        pen.Line(left, box.Top + half, right, box.Top + half);
        pen.Line(right, box.Top + half, tip + half + (0.1 * box.Width), waist);
    }

    /// <summary>An open four with a point: its left arm is drawn anew, from the left end of the level stroke to the top of the stem.</summary>
    private void DrawPoint(in StylePen pen, Span<float> image, InkBox box)
    {
        // Rows that show both arms, from the first one on.
        (int top, int bottom, InkRun stem) = (-1, -1, default);
        for (int y = box.Top; y < box.Top + (0.8 * box.Height); y++)
        {
            bool isOpen = Arms(image, y, box) is { } arms && arms.Right.First - arms.Left.End >= 1;
            if (isOpen)
            {
                (top, bottom, stem) = (top < 0 ? y : top, y, top < 0 ? Arms(image, y, box)!.Value.Right : stem);
            }
            else if (top >= 0)
            {
                break;
            }
        }

        if (top < 0 || bottom - top < 0.2 * box.Height || top > box.Top + (0.35 * box.Height) || Run(image, bottom + 1 + (int)(pen.Thickness / 2), box.Left, box.Right) is not { } level
            || stem.First - level.First < 0.3 * box.Width)
        {
            return;
        }

        for (int y = box.Top; y <= bottom; y++)
        {
            int end = Arms(image, y, box) is { } arms ? arms.Right.First : y < top && Run(image, y, box.Left, box.Right) is { } lone && lone.End <= stem.First ? lone.End + 1 : 0;
            image.Slice(y * width, Math.Min(end, width)).Clear();
        }

        pen.Line(level.First + (pen.Thickness / 2), bottom + 1 + (pen.Thickness / 2), stem.Middle, Math.Min(top, box.Top + (pen.Thickness / 2)));
        pen.Line(stem.Middle, Math.Min(top, box.Top + (pen.Thickness / 2)), stem.Middle, top + 1);
    }

    /// <summary>The first two runs of ink in a row; null if it has fewer.</summary>
    private (InkRun Left, InkRun Right)? Arms(ReadOnlySpan<float> image, int row, InkBox box) =>
        Run(image, row, box.Left, box.Right) is { } left && Run(image, row, left.End, box.Right) is { } right ? (left, right) : null;

    /// <summary>The first run of ink in a row, between two columns.</summary>
    private InkRun? Run(ReadOnlySpan<float> image, int row, int left, int right)
    {
        if ((uint)row >= (uint)height)
        {
            return null;
        }

        ReadOnlySpan<float> pixels = image.Slice(row * width, width);
        int first = left;
        while (first < right && pixels[first] <= Ink)
        {
            first++;
        }

        int end = first;
        while (end < right && pixels[end] > Ink)
        {
            end++;
        }

        return end > first ? new InkRun(first, end - first) : null;
    }

    private readonly record struct InkRun(int First, int Length)
    {
        public int End => First + Length;

        public double Middle => First + ((Length - 1) / 2.0);
    }
}
