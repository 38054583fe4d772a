#:project Support/NeuralCore.Course.csproj
#:property PublishAot=false
#:property AllowUnsafeBlocks=true
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NeuralCore.Course;

// Chapter 7: one kernel for all vector widths, and register tiles. The text is in 07-vectors.md.
Check.Section("One source, four widths: a product of 384 x 384 x 384");
var widths = new Widths();
widths.Measure<Lanes128, Vector128<float>>("128 bits", Vector128.IsHardwareAccelerated);
widths.Measure<Lanes256, Vector256<float>>("256 bits", Vector256.IsHardwareAccelerated);
widths.Measure<Lanes512, Vector512<float>>("512 bits", Vector512.IsHardwareAccelerated);
widths.Measure<LanesPortable, Vector<float>>("Vector<T>", Vector.IsHardwareAccelerated);
Check.That(widths.AllTheSame, "all widths give the same bits: each element is one chain of multiply-adds in the same order");

Widest.Run(new TileShapes());
return Check.ExitCode;

/// <summary>The same product by vectors of several widths.</summary>
internal sealed unsafe class Widths
{
    private const int N = 384;

    private readonly float* _a = Floats.Uniform(N * N, 1), _b = Floats.Uniform(N * N, 2), _c = Floats.Allocate(N * N), _packed = Floats.Allocate(Product.Scratch(N));
    private float[]? _first;

    public bool AllTheSame { get; private set; } = true;

    public void Measure<TLanes, TVec>(string name, bool supported)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        if (!supported)
        {
            Console.WriteLine($"{name,-9}: ~not-on-this-machine floats, ~0 GFLOP/s");
            return;
        }

        var clock = new Stopwatches().Add("product", () => Product.Multiply<TLanes, TVec>(_a, _b, _c, N, N, N, _packed));
        clock.Run(10);
        Console.WriteLine($"{name,-9}: ~{TLanes.Width} floats, ~{2.0 * N * N * N / clock["product"] / 1e9:F1} GFLOP/s");
        float[] result = new Span<float>(_c, N * N).ToArray();
        _first ??= result;
        AllTheSame &= result.AsSpan().SequenceEqual(_first);
    }
}

/// <summary>Tiles of several shapes on memory that is in the nearest cache.</summary>
internal sealed unsafe class TileShapes : IForWidth
{
    private const int Inner = 256, Repeats = 400;

    public void Run<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        Check.Section("Tiles of rows x vectors, with the widest vectors");
        int w = TLanes.Width, panel = 4 * w;
        float* a = Floats.Uniform(6 * Inner, 3), b = Floats.Uniform(Inner * panel, 4), c = Floats.Allocate(6 * panel);
        const int Rounds = 200_000;
        var clock = new Stopwatches()
            .Add("peak", () => Machine.MultiplyAdds<TLanes, TVec>(Rounds))
            .Add("plain loop", () => Repeat(() => Plain(a, b, panel, c)))
            .Add("1 x 1", () => Repeat(() => Tile1x1<TLanes, TVec>(a, b, panel, c)))
            .Add("2 x 2", () => Repeat(() => Tile2x2<TLanes, TVec>(a, b, panel, c)))
            .Add("6 x 2", () => Repeat(() => Product.Tile<TLanes, TVec>(a, Inner, b, panel, c, panel, Inner)))
            .Add("6 x 4", () => Repeat(() => Tile6x4<TLanes, TVec>(a, b, panel, c)));
        (string Name, int Sums, int Floats)[] shapes = [("plain loop", 1, 1), ("1 x 1", 1, w), ("2 x 2", 4, 4 * w), ("6 x 2", 12, 12 * w), ("6 x 4", 24, 24 * w)];
        double Share(string name) => 2.0 * Inner * Repeats * shapes.First(shape => shape.Name == name).Floats / clock[name]
            / (Machine.Flops<TLanes, TVec>(Rounds) / clock["peak"]);
        clock.Run(10, _ => Share("6 x 2") > 0.85 && Share("1 x 1") < 0.2 && Share("2 x 2") < 0.7);
        foreach ((string name, int sums, _) in shapes)
        {
            Console.WriteLine($"{name,-10}: {sums,2} sums, ~{100 * Share(name):F1} % of the peak");
        }

        Check.Speed(Share("1 x 1") < 0.2, "one sum is limited by latency: each multiply-add needs the one before", clock);
        Check.Speed(Share("2 x 2") < 0.7 && Share("2 x 2") > 1.5 * Share("1 x 1"), "four sums hide a part of the latency", clock);
        Check.Speed(Share("6 x 2") > 0.8, "twelve sums keep the multipliers busy", clock);
        Check.Speed(Share("6 x 2") > 30 * Share("plain loop"), "the tile is more than 30 times as fast as the plain loop", clock);

        new Span<float>(c, 6 * panel).Clear();
        Product.Tile<TLanes, TVec>(a, Inner, b, panel, c, panel, Inner);
        float last = 0;
        for (int k = 0; k < Inner; k++)
        {
            last = MathF.FusedMultiplyAdd(a[(5 * Inner) + k], b[(k * panel) + (2 * w) - 1], last);
        }

        Check.That(c[(5 * panel) + (2 * w) - 1] == last, "a lane of the tile has the bits of a plain loop of fused multiply-adds");
        Draw([.. shapes.Select(shape => (shape.Name, Share(shape.Name)))]);
    }

    private static void Repeat(Action work)
    {
        for (int i = 0; i < Repeats; i++)
        {
            work();
        }
    }

    // Sums begin at zero and are stored once; a is rows of 256, b has rows of a panel.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Plain(float* a, float* b, int panel, float* c)
    {
        float sum = 0;
        for (int k = 0; k < Inner; k++)
        {
            sum += a[k] * b[k * panel];
        }

        c[0] = sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile1x1<TLanes, TVec>(float* a, float* b, int panel, float* c)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        TVec sum = TLanes.Create(0);
        for (int k = 0; k < Inner; k++)
        {
            sum = TLanes.MultiplyAdd(TLanes.Create(a[k]), TLanes.Load(b), sum);
            b += panel;
        }

        TLanes.Store(c, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2x2<TLanes, TVec>(float* a, float* b, int panel, float* c)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        int w = TLanes.Width;
        TVec c00 = TLanes.Create(0), c01 = c00, c10 = c00, c11 = c00;
        for (int k = 0; k < Inner; k++)
        {
            TVec b0 = TLanes.Load(b), b1 = TLanes.Load(b + w);
            TVec x = TLanes.Create(a[k]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Create(a[k + Inner]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            b += panel;
        }

        TLanes.Store(c, c00);
        TLanes.Store(c + w, c01);
        TLanes.Store(c + panel, c10);
        TLanes.Store(c + panel + w, c11);
    }

    // 24 sums, four vectors of b and a factor: 29 registers. AVX-512 has 32; AVX2 has 16, and the rest goes through memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile6x4<TLanes, TVec>(float* a, float* b, int panel, float* c)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        int w = TLanes.Width;
        TVec c00 = TLanes.Create(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00, c20 = c00, c21 = c00, c22 = c00, c23 = c00;
        TVec c30 = c00, c31 = c00, c32 = c00, c33 = c00, c40 = c00, c41 = c00, c42 = c00, c43 = c00, c50 = c00, c51 = c00, c52 = c00, c53 = c00;
        for (int k = 0; k < Inner; k++)
        {
            TVec b0 = TLanes.Load(b), b1 = TLanes.Load(b + w), b2 = TLanes.Load(b + (2 * w)), b3 = TLanes.Load(b + (3 * w));
            TVec x = TLanes.Create(a[k]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            c02 = TLanes.MultiplyAdd(x, b2, c02);
            c03 = TLanes.MultiplyAdd(x, b3, c03);
            x = TLanes.Create(a[k + Inner]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            c12 = TLanes.MultiplyAdd(x, b2, c12);
            c13 = TLanes.MultiplyAdd(x, b3, c13);
            x = TLanes.Create(a[k + (2 * Inner)]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            c22 = TLanes.MultiplyAdd(x, b2, c22);
            c23 = TLanes.MultiplyAdd(x, b3, c23);
            x = TLanes.Create(a[k + (3 * Inner)]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            c32 = TLanes.MultiplyAdd(x, b2, c32);
            c33 = TLanes.MultiplyAdd(x, b3, c33);
            x = TLanes.Create(a[k + (4 * Inner)]);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            c42 = TLanes.MultiplyAdd(x, b2, c42);
            c43 = TLanes.MultiplyAdd(x, b3, c43);
            x = TLanes.Create(a[k + (5 * Inner)]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
            c52 = TLanes.MultiplyAdd(x, b2, c52);
            c53 = TLanes.MultiplyAdd(x, b3, c53);
            b += panel;
        }

        Store(c, c00, c01, c02, c03);
        Store(c + panel, c10, c11, c12, c13);
        Store(c + (2 * panel), c20, c21, c22, c23);
        Store(c + (3 * panel), c30, c31, c32, c33);
        Store(c + (4 * panel), c40, c41, c42, c43);
        Store(c + (5 * panel), c50, c51, c52, c53);

        static void Store(float* row, TVec v0, TVec v1, TVec v2, TVec v3)
        {
            TLanes.Store(row, v0);
            TLanes.Store(row + TLanes.Width, v1);
            TLanes.Store(row + (2 * TLanes.Width), v2);
            TLanes.Store(row + (3 * TLanes.Width), v3);
        }
    }

    private static void Draw((string Name, double Share)[] bars)
    {
        var figure = new Figure(480, 420, "A register tile of 6 x 2 vectors, and what tiles reach, measured");
        figure.Text(100, 20, "one row of b: two vectors", "start", "small");
        figure.Text(20, 50, "six of a", "start", "small");
        for (int v = 0; v < 2; v++)
        {
            figure.Rectangle(100 + (v * 165), 28, 160, 22, "c3", 0.4, "c3");
        }

        for (int row = 0; row < 6; row++)
        {
            double y = 60 + (row * 26);
            figure.Rectangle(40, y, 22, 22, "c1", 0.4, "c1");
            for (int v = 0; v < 2; v++)
            {
                figure.Rectangle(100 + (v * 165), y, 160, 22, "c2", 0.25, "c2");
                figure.Text(180 + (v * 165), y + 16, $"sum {row},{v}", "middle", "small");
            }
        }

        figure.Text(20, 232, "each step: 2 + 6 loads, 12 multiply-adds; the sums stay in registers", "start", "soft small");
        for (int i = 0; i < bars.Length; i++)
        {
            double y = 255 + (i * 28);
            figure.Text(90, y + 15, bars[i].Name, "end");
            figure.Rectangle(100, y, Math.Max(1, 270 * bars[i].Share), 20, "c2", 0.8);
            figure.Text(380, y + 15, $"{100 * bars[i].Share:F0} %", "start", "small");
        }

        figure.Line(370, 250, 370, 395, "ink", 1, dashed: true);
        figure.Text(370, 412, "peak", "middle", "small");
        figure.Save("07-vectors");
    }
}
