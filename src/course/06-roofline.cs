#:project Support/NeuralCore.Course.csproj
#:property PublishAot=false
#:property AllowUnsafeBlocks=true
using System.Runtime.CompilerServices;
using NeuralCore.Course;

// Chapter 6: what a core can do at most, and a matrix product in six steps towards it. The text is in 06-roofline.md.
Widest.Run(new Roofline());
return Check.ExitCode;

/// <summary>The chapter, for one vector width.</summary>
internal sealed unsafe class Roofline : IForWidth
{
    private const int N = 768; // a multiple of the blocks of 96 rows and 256 deep, and of the tile's columns
    private const int Elements = 1 << 25;

    private static readonly string[] Steps =
        ["1 by the definition", "2 loops exchanged", "3 vectors", "4 sums in registers", "5 blocks for the caches", "6 blocks packed"];

    public void Run<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        float* a = Whole(N * N, 1), b = Whole(N * N, 2), c = Floats.Allocate(N * N), packed = Floats.Allocate(Product.Scratch(N));
        float* x = Whole(Elements, 3), y = Floats.Allocate(Elements);

        Check.Section("What one core can do");
        const int Rounds = 400_000;
        var clock = new Stopwatches()
            .Add("peak", () => Machine.MultiplyAdds<TLanes, TVec>(Rounds))
            .Add("read", () => Machine.ReadAll<TLanes, TVec>(x, Elements))
            .Add("relu", () => Floats.Relu<TLanes, TVec>(x, y, Elements))
            .Add("vector", () => TimesVector<TLanes, TVec>(x, a, y, Elements / 2048, 2048));
        clock.Run();
        double peak = Machine.Flops<TLanes, TVec>(Rounds) / clock["peak"] / 1e9, bandwidth = 4.0 * Elements / clock["read"] / 1e9;
        Console.WriteLine($"vectors of ~{TLanes.Width} floats: ~{peak:F0} GFLOP/s on registers; reading memory: ~{bandwidth:F1} GB/s");
        Console.WriteLine($"so up to ~{peak / bandwidth:F0} operations for each byte, memory sets the limit");

        Check.Section("Two ops with little to compute for each byte");
        double relu = Elements / clock["relu"] / 1e9, vector = 2.0 * Elements / clock["vector"] / 1e9;
        Console.WriteLine($"a ReLU, 1/8 operation a byte: ~{relu:F1} GFLOP/s, ~{100 * relu / peak:F1} % of the peak");
        Console.WriteLine($"a matrix times a vector, 1/2 operation a byte: ~{vector:F1} GFLOP/s, ~{100 * vector / peak:F1} % of the peak");
        Check.Speed(relu < 0.3 * peak && vector < 0.5 * peak, "both stay far below the peak: memory limits them", clock);

        Check.Section($"A matrix product of {N} x {N}, {N / 6} operations a byte, in six steps");
        Action[] work =
        [
            () => ByDefinition(a, b, c), () => Exchanged(a, b, c), () => Vectors<TLanes, TVec>(a, b, c), () => Tiles<TLanes, TVec>(a, b, c),
            () => Blocks<TLanes, TVec>(a, b, c), () => Product.Multiply<TLanes, TVec>(a, b, c, N, N, N, packed),
        ];
        float[]? expected = null;
        bool same = true;
        foreach (Action step in work)
        {
            step();
            float[] result = new Span<float>(c, N * N).ToArray();
            expected ??= result;
            same &= result.AsSpan().SequenceEqual(expected);
        }

        var slow = new Stopwatches();
        var fast = new Stopwatches().Add("peak", () => Machine.MultiplyAdds<TLanes, TVec>(Rounds));
        for (int i = 0; i < work.Length; i++)
        {
            (i < 2 ? slow : fast).Add(Steps[i], work[i]);
        }

        double Gflops(string step) => 2.0 * N * N * N / (step == Steps[0] || step == Steps[1] ? slow : fast)[step] / 1e9;
        double Peak() => Machine.Flops<TLanes, TVec>(Rounds) / fast["peak"] / 1e9;
        slow.Run(rounds: 1);
        fast.Run(rounds: 10, enough: _ => Gflops(Steps[5]) > 0.82 * Peak());
        foreach (string step in Steps)
        {
            Console.WriteLine($"{step,-24} {$"~{Gflops(step):F1}",7} GFLOP/s, {$"~{100 * Gflops(step) / Peak():F1}",5} % of the peak");
        }

        Check.That(same, "all six give the same numbers, to the bit: the matrices hold small whole numbers");
        Check.Speed(Gflops(Steps[0]) < 0.05 * Peak(), "the definition as it stands leaves more than 95 % unused", fast);
        Check.Speed(Gflops(Steps[5]) > 0.8 * Peak(), "the last step is above 80 % of the peak", fast);
        Draw(Peak(), bandwidth, [(1.0 / 8, relu, "ReLU"), (0.5, vector, "matrix x vector")], [.. Steps.Select(Gflops)]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ByDefinition(float* a, float* b, float* c)
    {
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
            {
                float sum = 0;
                for (int k = 0; k < N; k++)
                {
                    sum += a[(i * N) + k] * b[(k * N) + j];
                }

                c[(i * N) + j] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Exchanged(float* a, float* b, float* c)
    {
        new Span<float>(c, N * N).Clear();
        for (int i = 0; i < N; i++)
        {
            for (int k = 0; k < N; k++)
            {
                float factor = a[(i * N) + k];
                for (int j = 0; j < N; j++)
                {
                    c[(i * N) + j] += factor * b[(k * N) + j];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Vectors<TLanes, TVec>(float* a, float* b, float* c)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        new Span<float>(c, N * N).Clear();
        for (int i = 0; i < N; i++)
        {
            for (int k = 0; k < N; k++)
            {
                TVec factor = TLanes.Create(a[(i * N) + k]);
                for (int j = 0; j < N; j += TLanes.Width)
                {
                    float* place = c + (i * N) + j;
                    TLanes.Store(place, TLanes.MultiplyAdd(factor, TLanes.Load(b + (k * N) + j), TLanes.Load(place)));
                }
            }
        }
    }

    private static void Tiles<TLanes, TVec>(float* a, float* b, float* c)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        int columns = Product.Columns<TLanes, TVec>();
        new Span<float>(c, N * N).Clear();
        for (int i = 0; i < N; i += Product.Rows)
        {
            for (int j = 0; j < N; j += columns)
            {
                Product.Tile<TLanes, TVec>(a + (i * N), N, b + j, N, c + (i * N) + j, N, N);
            }
        }
    }

    private static void Blocks<TLanes, TVec>(float* a, float* b, float* c)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        const int Depth = 256, Height = 96;
        int columns = Product.Columns<TLanes, TVec>();
        new Span<float>(c, N * N).Clear();
        for (int k = 0; k < N; k += Depth)
        {
            for (int top = 0; top < N; top += Height)
            {
                for (int j = 0; j < N; j += columns)
                {
                    for (int i = top; i < top + Height; i += Product.Rows)
                    {
                        Product.Tile<TLanes, TVec>(a + (i * N) + k, N, b + (k * N) + j, N, c + (i * N) + j, N, Depth);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TimesVector<TLanes, TVec>(float* matrix, float* vector, float* y, int rows, int columns)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        float* lanes = stackalloc float[TLanes.Width];
        int w = TLanes.Width;
        for (int i = 0; i < rows; i++)
        {
            TVec s0 = TLanes.Create(0), s1 = s0, s2 = s0, s3 = s0;
            float* row = matrix + ((nint)i * columns);
            for (int k = 0; k < columns; k += 4 * w)
            {
                s0 = TLanes.MultiplyAdd(TLanes.Load(row + k), TLanes.Load(vector + k), s0);
                s1 = TLanes.MultiplyAdd(TLanes.Load(row + k + w), TLanes.Load(vector + k + w), s1);
                s2 = TLanes.MultiplyAdd(TLanes.Load(row + k + (2 * w)), TLanes.Load(vector + k + (2 * w)), s2);
                s3 = TLanes.MultiplyAdd(TLanes.Load(row + k + (3 * w)), TLanes.Load(vector + k + (3 * w)), s3);
            }

            TLanes.Store(lanes, TLanes.Add(TLanes.Add(s0, s1), TLanes.Add(s2, s3)));
            float sum = 0;
            for (int lane = 0; lane < w; lane++)
            {
                sum += lanes[lane];
            }

            y[i] = sum;
        }
    }

    /// <summary>Whole numbers from -2 to 2: their sums of products are exact in any order.</summary>
    private static float* Whole(int count, int seed)
    {
        float* values = Floats.Allocate(count);
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            values[i] = i < N * N ? random.Next(-2, 3) : values[i - (N * N)];
        }

        return values;
    }

    private static void Draw(double peak, double bandwidth, (double Intensity, double Gflops, string Name)[] ops, double[] steps)
    {
        var figure = new Figure(480, 400, "The roofline of one core, measured, and where eight programs stand under it");
        double top = Math.Pow(10, Math.Ceiling(Math.Log10(peak * 1.3)));
        var chart = new Chart(
            figure,
            (60, 40, 460, 340),
            new Axis("operations a byte of memory", 0.05, 1000, [0.1, 1, 10, 100, 1000], Logarithmic: true),
            new Axis("GFLOP/s", top / 1000, top, [top / 1000, top / 100, top / 10, top], Logarithmic: true));
        double ridge = peak / bandwidth;
        chart.Curve([(0.05, 0.05 * bandwidth), (ridge, peak), (1000, peak)], "c1");
        figure.Text(chart.X(1000) - 4, chart.Y(peak) - 8, "multiply-add peak", "end", "small");
        figure.Text(chart.X(1.2) - 10, chart.Y(1.2 * bandwidth) - 6, "memory", "end", "small");
        foreach ((double intensity, double gflops, string name) in ops)
        {
            figure.Circle(chart.X(intensity), chart.Y(gflops), 4, "c3");
            figure.Text(chart.X(intensity) + 8, chart.Y(gflops) + 14, name, "start", "small");
        }

        for (int i = 0; i < steps.Length; i++)
        {
            figure.Circle(chart.X(N / 6.0), chart.Y(steps[i]), 4, "c2");
            figure.Text(chart.X(N / 6.0) + (i % 2 == 0 ? 9 : -9), chart.Y(steps[i]) + 5, $"{i + 1}", i % 2 == 0 ? "start" : "end", "small");
        }

        figure.Text(chart.X(N / 6.0) - 20, chart.Y(steps[2]) + 5, "product, steps 1 to 6", "end", "small");
        figure.Save("06-roofline");
    }
}
