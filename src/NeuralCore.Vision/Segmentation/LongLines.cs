using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NeuralCore.Vision.Pixels;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// Takes the lines of tables, grids and squared paper out of a page's ink, wherever on the page they are. A line is straight, thin,
/// nearly level or nearly upright, and longer than any stroke. Where a stroke crosses it, the ink is thicker than the line and stays.
/// (Opening by lines of many directions: Serra, "Image analysis and mathematical morphology", 1982.)
/// </summary>
internal static class LongLines
{
    /// <summary>The steepest line: it rises by this share of its length, about seven degrees.</summary>
    private const double SteepestRise = 0.12;

    /// <summary>How far a line may stray from a straight one, in pixels.</summary>
    private const int Stray = 1;

    /// <summary>How many columns of a line may lack ink, one after the other.</summary>
    private const int WidestBreak = 3;

    /// <summary>So any group of this many columns along a line has ink in one.</summary>
    private const int GroupWidth = WidestBreak + 1;

    /// <summary>Within a group of columns a line rises by a pixel at most, strays by one, and is looked for a pixel above and below.</summary>
    private const int GroupReach = 2;

    /// <summary>The thickest line, as a share of the length that it must have.</summary>
    private const double ThickestLine = 1 / 12.0;

    /// <summary>Removes the lines.</summary>
    /// <param name="ink">The ink.</param>
    /// <param name="marks">The ink and fainter marks: lines are often printed paler than ink, and to be whole they need all of it.</param>
    /// <param name="length">The shortest line, in pixels.</param>
    public static Mask Remove(Mask ink, Mask marks, int length)
    {
        (Mask level, Mask alongLevel) = Find(marks, length);
        (Mask upright, Mask alongUpright) = Find(marks.Transposed(), length);
        if (alongLevel.Count + alongUpright.Count == 0)
        {
            return ink;
        }

        (upright, alongUpright) = (upright.Transposed(), alongUpright.Transposed());

        // Where two lines cross, each is too thick for the other.
        return ink.Without(level).Without(upright).Without(alongLevel.Shared(alongUpright));
    }

    /// <summary>Finds nearly level lines.</summary>
    /// <returns>The ink of the lines themselves, and that with what crosses them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (Mask Lines, Mask Along) Find(Mask ink, int length)
    {
        var (lines, along) = (new Mask(ink.Width, ink.Height), new Mask(ink.Width, ink.Height));
        bool[] groups = Groups(ink);
        int groupsPerRow = ink.Width / GroupWidth, groupsOfLine = (length - WidestBreak) / GroupWidth;

        // Most pages have no line, and need none of these.
        int[]? tops = null, bottoms = null, near = null;
        var shifts = new int[ink.Width];
        var heights = new int[ink.Width];

        // From a row's first pixel to that of each column on the way.
        var steps = new int[ink.Width];
        (int width, int height) = (ink.Width, ink.Height);
        int steepest = (int)(length * SteepestRise);
        for (int rise = -steepest; rise <= steepest; rise += (2 * Stray) + 1)
        {
            for (int x = 0; x < shifts.Length; x++)
            {
                shifts[x] = (int)Math.Round((double)rise * x / length);
                steps[x] = (shifts[x] * width) + x;
            }

            int last = ink.Height - Math.Min(0, shifts[^1]);
            for (int row = -Math.Max(0, shifts[^1]); row < last; row++)
            {
                if (MayHaveLine(row))
                {
                    near ??= Near(ink);
                    (tops, bottoms) = tops is null ? Runs(ink) : (tops, bottoms);
                    Follow(row);
                }
            }
        }

        return (lines, along);

        // Whether there is ink in enough consecutive groups on the way for a line. The last of a stretch is looked at first: if it has no ink, no line begins in this stretch.
        bool MayHaveLine(int row)
        {
            for (int end = groupsOfLine; end <= groupsPerRow;)
            {
                int group = end - 1;
                for (; group >= end - groupsOfLine; group--)
                {
                    int y = row + shifts[group * GroupWidth] + GroupReach;
                    if ((uint)y >= (uint)(height + (2 * GroupReach)) || !groups[(y * groupsPerRow) + group])
                    {
                        break;
                    }
                }

                if (group < end - groupsOfLine)
                {
                    return true;
                }

                end = group + 1 + groupsOfLine;
            }

            return false;
        }

        // Goes along one straight way and takes each stretch of it that has ink enough.
        void Follow(int row)
        {
            // The way rises or falls all along, so the columns where it is on the page are one range.
            (int first, int last) = (0, width);
            for (; first < last && (uint)(row + shifts[first]) >= (uint)height; first++)
            {
            }

            for (; last > first && (uint)(row + shifts[last - 1]) >= (uint)height; last--)
            {
            }

            // The first ink begins a stretch, however close to the edge it is.
            (int begin, int end) = (0, -1 - WidestBreak);
            int start = row * width;
            for (int x = first; x < last; x++)
            {
                if (near![start + steps[x]] < 0)
                {
                    continue;
                }

                if (x - end > WidestBreak)
                {
                    Take(row, begin, end);
                    begin = x;
                }

                end = x + 1;
            }

            Take(row, begin, end);
        }

        int At(int x, int row)
        {
            int y = row + shifts[x];
            return (uint)y < (uint)ink.Height ? near![(y * ink.Width) + x] : -1;
        }

        void Take(int row, int begin, int end)
        {
            if (end - begin < length)
            {
                return;
            }

            int count = 0;
            for (int x = begin; x < end; x++)
            {
                int pixel = At(x, row);
                heights[count] = pixel < 0 ? 0 : bottoms![pixel] - tops![pixel];
                count += pixel < 0 ? 0 : 1;
            }

            Array.Sort(heights, 0, count);
            int thickness = heights[count / 2];
            if (thickness > length * ThickestLine)
            {
                return;
            }

            for (int x = begin; x < end; x++)
            {
                int pixel = At(x, row);
                if (pixel >= 0)
                {
                    int y = pixel / ink.Width;
                    if (bottoms![pixel] - tops![pixel] <= (2 * thickness) + Stray)
                    {
                        Draw(lines, x, tops[pixel], bottoms[pixel]);
                    }

                    Draw(along, x, Math.Max(tops[pixel], y - thickness), Math.Min(bottoms[pixel], y + thickness + 1));
                }
            }
        }
    }

    /// <summary>
    /// For each group of columns and each row, from some rows above the mask to as many below it, whether there is ink in the group so near to the row. What is
    /// left of the last whole group counts in none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool[] Groups(Mask ink)
    {
        int count = ink.Width / GroupWidth;
        var groups = new bool[(ink.Height + (2 * GroupReach)) * count];
        for (int y = 0; y < ink.Height; y++)
        {
            // Four pixels are the bytes of a number that is 0 without ink.
            ReadOnlySpan<uint> row = MemoryMarshal.Cast<bool, uint>(ink.Pixels.AsSpan(y * ink.Width, count * GroupWidth));
            for (int group = 0; group < count; group++)
            {
                if (row[group] != 0)
                {
                    for (int near = y; near <= y + (2 * GroupReach); near++)
                    {
                        groups[(near * count) + group] = true;
                    }
                }
            }
        }

        return groups;
    }

    /// <summary>For each pixel the pixel of ink that is it, or stands just above or below it; -1 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Near(Mask ink)
    {
        var near = new int[ink.Pixels.Length];
        for (int i = 0; i < near.Length; i++)
        {
            near[i] = ink.Pixels[i] ? i
                : i >= ink.Width && ink.Pixels[i - ink.Width] ? i - ink.Width
                : i + ink.Width < near.Length && ink.Pixels[i + ink.Width] ? i + ink.Width
                : -1;
        }

        return near;
    }

    private static void Draw(Mask mask, int x, int top, int bottom)
    {
        for (int y = top; y < bottom; y++)
        {
            mask[x, y] = true;
        }
    }

    /// <summary>For each pixel of ink the rows where the upright run that it belongs to begins and ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int[] Tops, int[] Bottoms) Runs(Mask ink)
    {
        var (tops, bottoms) = (new int[ink.Pixels.Length], new int[ink.Pixels.Length]);
        for (int i = 0; i < tops.Length; i++)
        {
            tops[i] = i >= ink.Width && ink.Pixels[i - ink.Width] ? tops[i - ink.Width] : i / ink.Width;
        }

        for (int i = bottoms.Length - 1; i >= 0; i--)
        {
            bottoms[i] = i + ink.Width < bottoms.Length && ink.Pixels[i + ink.Width] ? bottoms[i + ink.Width] : (i / ink.Width) + 1;
        }

        return (tops, bottoms);
    }
}
