using System.Runtime.CompilerServices;

namespace NeuralCore;

/// <summary>
/// Displacements that vary smoothly over an image: a cubic B-spline over a coarse grid of random control points. The weights of
/// the points around a pixel are positive and sum to 1, so no pixel moves further than a control point can.
/// </summary>
internal sealed class RubberSheet
{
    private const int Cells = 4;

    /// <summary>The control points along one side: each place looks at four of them.</summary>
    private const int Points = Cells + 3;

    private readonly int _height;
    private readonly int _width;
    private readonly int[] _rowCells;
    private readonly int[] _columnCells;
    private readonly float[] _rowWeights;
    private readonly float[] _columnWeights;

    /// <summary>Prepares the weights for images of one size.</summary>
    public RubberSheet(int height, int width)
    {
        (_height, _width) = (height, width);
        (_rowCells, _rowWeights) = Weights(height);
        (_columnCells, _columnWeights) = Weights(width);
    }

    /// <summary>The floats that <see cref="Bend"/> needs for itself.</summary>
    public static int ScratchLength => (2 * Points * Points) + (2 * Points);

    /// <summary>Draws control points and computes the displacement of every pixel.</summary>
    /// <param name="reach">The greatest displacement along an axis, as a part of the image's width or height.</param>
    /// <param name="random">The image's random numbers.</param>
    /// <param name="x">Receives the displacements to the right, in pixels, height x width.</param>
    /// <param name="y">Receives the displacements down, in pixels, height x width.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Bend(float reach, ImageRandom random, Span<float> x, Span<float> y, Span<float> scratch)
    {
        // Two control points to a block: x, y, x, y.
        Span<float> points = scratch[..(2 * Points * Points)];
        for (int i = 0; i < points.Length; i += 4)
        {
            (float a, float b, float c, float d) = random.Signed(ImageRandom.FirstGridBlock + ((uint)i / 4));
            (points[i], points[i + 1]) = (a * reach * _width, b * reach * _height);
            if (i + 2 < points.Length)
            {
                (points[i + 2], points[i + 3]) = (c * reach * _width, d * reach * _height);
            }
        }

        Span<float> along = scratch.Slice(points.Length, 2 * Points);
        for (int row = 0; row < _height; row++)
        {
            ReadOnlySpan<float> w = _rowWeights.AsSpan(4 * row, 4);
            ReadOnlySpan<float> above = points[(2 * Points * _rowCells[row])..];
            for (int i = 0; i < along.Length; i++)
            {
                along[i] = (w[0] * above[i]) + (w[1] * above[i + along.Length])
                    + (w[2] * above[i + (2 * along.Length)]) + (w[3] * above[i + (3 * along.Length)]);
            }

            BendRow(along, x.Slice(row * _width, _width), y.Slice(row * _width, _width));
        }
    }

    /// <summary>Pointers spare the checks of bounds, which cost as much as the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void BendRow(ReadOnlySpan<float> along, Span<float> x, Span<float> y)
    {
        fixed (float* points = along, toX = x, toY = y, weights = _columnWeights)
        fixed (int* cells = _columnCells)
        {
            for (int column = 0; column < _width; column++)
            {
                float* w = weights + (4 * column);
                float* p = points + (2 * cells[column]);
                toX[column] = (w[0] * p[0]) + (w[1] * p[2]) + (w[2] * p[4]) + (w[3] * p[6]);
                toY[column] = (w[0] * p[1]) + (w[1] * p[3]) + (w[2] * p[5]) + (w[3] * p[7]);
            }
        }
    }

    /// <summary>For each place on a side, its cell of the grid and the uniform cubic B-spline's weights of the four points around it.</summary>
    private static (int[] Cells, float[] Weights) Weights(int side)
    {
        var cells = new int[side];
        var weights = new float[4 * side];
        for (int i = 0; i < side; i++)
        {
            double place = (i + 0.5) * Cells / side;
            cells[i] = (int)place;
            double t = place - cells[i], s = 1 - t;
            weights[4 * i] = (float)(s * s * s / 6);
            weights[(4 * i) + 1] = (float)(((3 * t * t * t) - (6 * t * t) + 4) / 6);
            weights[(4 * i) + 2] = (float)(((3 * s * s * s) - (6 * s * s) + 4) / 6);
            weights[(4 * i) + 3] = (float)(t * t * t / 6);
        }

        return (cells, weights);
    }
}
