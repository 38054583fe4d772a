using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>
/// The directions in which points differ most, and where each point lies along them: principal component analysis (K. Pearson, "On lines and planes of
/// closest fit to systems of points in space", 1901; H. Hotelling, 1933). It is found by subspace iteration with a Rayleigh-Ritz step (Y. Saad, "Numerical
/// methods for large eigenvalue problems", 2011, chapter 5), in double, and gives the same bits on every machine.
/// </summary>
public sealed class PrincipalComponents
{
    /// <summary>More directions than are asked for: the iteration then converges with the ratio of the last wanted variance to the first that is left out.</summary>
    private const int Surplus = 6;

    private const int MostIterations = 300;

    /// <summary>A variance that changes by less of itself, or of the largest one, has converged: the error of its direction is of the order of the square root of this.</summary>
    private const double Tolerance = 1e-12;

    private readonly double[][] _coordinates;

    private PrincipalComponents(double[][] directions, double[][] coordinates, IReadOnlyList<double> shares) =>
        (Directions, _coordinates, Shares) = (directions, coordinates, shares);

    /// <summary>The directions, the one of the largest variance first: orthonormal, each with its largest element positive.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Directions { get; }

    /// <summary>The share of the points' variance along each direction, in [0, 1]; 0 if all points are the same.</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>The number of points.</summary>
    public int Count => _coordinates[0].Length;

    /// <summary>Where a point lies along a direction, measured from the mean of all points, in the units of the points.</summary>
    /// <param name="point">The point, in [0, <see cref="Count"/>).</param>
    /// <param name="direction">The direction, in [0, the number of <see cref="Directions"/>).</param>
    public double Coordinate(int point, int direction) => _coordinates[direction][point];

    /// <summary>Finds the first components of some points.</summary>
    /// <param name="points">The points as rows, row-major: any number of them x <paramref name="dimensions"/> finite numbers.</param>
    /// <param name="dimensions">The numbers of a point.</param>
    /// <param name="components">The number of directions, from 1 to <paramref name="dimensions"/>.</param>
    /// <exception cref="ArgumentException">There are no points, the last one is incomplete, a number is not finite, or the number of dimensions or directions is out of range.</exception>
    public static PrincipalComponents Of(ReadOnlySpan<float> points, int dimensions, int components = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(components, dimensions);
        if (points.IsEmpty || points.Length % dimensions != 0)
        {
            throw new ArgumentException($"{points.Length} numbers are not points of {dimensions} numbers each: give at least one point, and no incomplete one.", nameof(points));
        }

        double[] centred = Centred(points, dimensions);
        double total = centred.Sum(x => x * x);
        if (!double.IsFinite(total))
        {
            throw new ArgumentException("A coordinate of a point is not a finite number, or too large to be squared.", nameof(points));
        }

        double[][] basis = FirstBasis(Math.Min(dimensions, components + Surplus), dimensions);
        double[] variances = new double[basis.Length];
        for (int i = 0; i < MostIterations; i++)
        {
            double[][] applied = [.. basis.Select(direction => Times(centred, Along(centred, direction), dimensions))];
            double[] before = variances;
            (variances, basis) = RayleighRitz(basis, applied);
            bool isDone = Enumerable.Range(0, components).All(k => Math.Abs(variances[k] - before[k]) <= Tolerance * Math.Max(variances[k], Tolerance * total));
            if (isDone)
            {
                break;
            }

            basis = Orthonormal(applied, basis);
        }

        double[][] found = [.. basis.Take(components).Select(Signed)];
        return new(found, [.. found.Select(direction => Along(centred, direction))], [.. variances.Take(components).Select(v => total > 0 ? Math.Clamp(v / total, 0, 1) : 0)]);
    }

    private static double[] Centred(ReadOnlySpan<float> points, int dimensions)
    {
        int count = points.Length / dimensions;
        double[] mean = new double[dimensions], centred = new double[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            mean[i % dimensions] += (double)points[i] / count;
        }

        for (int i = 0; i < points.Length; i++)
        {
            centred[i] = points[i] - mean[i % dimensions];
        }

        return centred;
    }

    /// <summary>Random directions, the same ones always: none of them is orthogonal to what is looked for.</summary>
    private static double[][] FirstBasis(int count, int dimensions)
    {
        var random = new RandomStream(1, RandomPurpose.Initialisation, 0, 0);
        double[][] vectors = new double[count][];
        for (int k = 0; k < count; k++)
        {
            vectors[k] = new double[dimensions];
            for (int d = 0; d < dimensions; d++)
            {
                vectors[k][d] = random.NextSingle() - 0.5;
            }
        }

        return Orthonormal(vectors, vectors);
    }

    /// <summary>X v: a number a point.</summary>
    private static double[] Along(double[] centred, double[] direction)
    {
        var along = new double[centred.Length / direction.Length];
        for (int i = 0; i < along.Length; i++)
        {
            along[i] = Dot(centred.AsSpan(i * direction.Length, direction.Length), direction);
        }

        return along;
    }

    /// <summary>The transposed X times a number a point: a number a dimension.</summary>
    private static double[] Times(double[] centred, double[] along, int dimensions)
    {
        var sum = new double[dimensions];
        for (int i = 0; i < along.Length; i++)
        {
            Span<double> point = centred.AsSpan(i * dimensions, dimensions);
            for (int d = 0; d < dimensions; d++)
            {
                sum[d] += along[i] * point[d];
            }
        }

        return sum;
    }

    /// <summary>The variances and directions within the span of an orthonormal basis that approximate the sought ones best, the largest first.</summary>
    private static (double[] Variances, double[][] Directions) RayleighRitz(double[][] basis, double[][] applied)
    {
        int n = basis.Length;
        var matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[i, j] = matrix[j, i] = Dot(basis[i], applied[j]);
            }
        }

        double[,] vectors = Diagonalize(matrix);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(k => matrix[k, k])];
        return ([.. order.Select(k => matrix[k, k])], [.. order.Select(k => Combination(basis, vectors, k))]);
    }

    private static double[] Combination(double[][] basis, double[,] vectors, int column)
    {
        var sum = new double[basis[0].Length];
        for (int i = 0; i < basis.Length; i++)
        {
            for (int d = 0; d < sum.Length; d++)
            {
                sum[d] += vectors[i, column] * basis[i][d];
            }
        }

        return sum;
    }

    /// <summary>
    /// Makes a small symmetric matrix diagonal by Jacobi's rotations (G. Golub and C. Van Loan, "Matrix computations", 2013, section 8.5), and returns the product of
    /// the rotations, whose columns are the eigenvectors.
    /// </summary>
    private static double[,] Diagonalize(double[,] a)
    {
        const int MostSweeps = 60;
        int n = a.GetLength(0);
        var vectors = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            vectors[i, i] = 1;
        }

        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool rotated = false;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (Math.Abs(a[p, q]) > 1e-18 * Math.Sqrt(Math.Abs(a[p, p] * a[q, q])) && a[p, q] != 0)
                    {
                        Rotate(a, vectors, p, q);
                        rotated = true;
                    }
                }
            }

            if (!rotated)
            {
                break;
            }
        }

        return vectors;
    }

    private static void Rotate(double[,] a, double[,] vectors, int p, int q)
    {
        double tau = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + (tau * tau)));
        double c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
        int n = a.GetLength(0);
        for (int k = 0; k < n; k++)
        {
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
            (vectors[k, p], vectors[k, q]) = ((c * vectors[k, p]) - (s * vectors[k, q]), (s * vectors[k, p]) + (c * vectors[k, q]));
        }

        for (int k = 0; k < n; k++)
        {
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        }

        a[p, q] = a[q, p] = 0;
    }

    /// <summary>
    /// Orthonormal vectors of the same span, by Gram and Schmidt, twice, since once leaves rounding errors as large as what is taken away. In the place of a vector
    /// that lies in the span of those before it comes the one that was there.
    /// </summary>
    private static double[][] Orthonormal(double[][] vectors, double[][] otherwise)
    {
        var basis = new List<double[]>();
        for (int k = 0; k < vectors.Length; k++)
        {
            double[]? found = Reduced(vectors[k], basis) ?? Reduced(otherwise[k], basis);
            for (int d = 0; found is null; d++)
            {
                var unit = new double[vectors[k].Length];
                unit[d] = 1;
                found = Reduced(unit, basis);
            }

            basis.Add(found);
        }

        return [.. basis];
    }

    /// <summary>A vector without its parts along others, of length 1; null if hardly anything is left.</summary>
    private static double[]? Reduced(double[] vector, List<double[]> basis)
    {
        double before = Math.Sqrt(Dot(vector, vector));
        if (before == 0)
        {
            return null;
        }

        double[] rest = [.. vector.Select(x => x / before)];
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] other in basis)
            {
                double part = Dot(rest, other);
                for (int d = 0; d < rest.Length; d++)
                {
                    rest[d] -= part * other[d];
                }
            }
        }

        double length = Math.Sqrt(Dot(rest, rest));
        return length < 1e-10 ? null : [.. rest.Select(x => x / length)];
    }

    /// <summary>A direction and its opposite are the same: this one has its largest element positive.</summary>
    private static double[] Signed(double[] direction) =>
        direction.MaxBy(Math.Abs) < 0 ? [.. direction.Select(x => -x)] : direction;

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
