#:project Support/NeuralCore.Course.csproj
#:property PublishAot=false
#:property AllowUnsafeBlocks=true
using System.Runtime.CompilerServices;
using NeuralCore.Course;

// Chapter 8: doing less: fusion, zeros, Winograd. The text is in 08-less.md.
Widest.Run(new Less());
return Check.ExitCode;

/// <summary>The chapter, for one vector width.</summary>
internal sealed unsafe class Less : IForWidth
{
    private const int Rounds = 200_000;

    public void Run<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        Fusion<TLanes, TVec>();
        (double dense, double skipped) = Zeros<TLanes, TVec>();
        double winograd = Convolution<TLanes, TVec>();
        Draw(dense, skipped, winograd);
    }

    private static void Fusion<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        Check.Section("Fusion: a bias and a ReLU in one pass over memory or in two");
        const int Count = 1 << 24;
        float* x = Uniform(Count, 1, 1), y = Product.Allocate(Count), z = Product.Allocate(Count), fused = Product.Allocate(Count);
        new Span<float>(z, Count).Clear();
        var clock = new Stopwatches()
            .Add("two", () =>
            {
                AddBias<TLanes, TVec>(x, y, Count);
                Relu<TLanes, TVec>(y, z, Count);
            })
            .Add("one", () => BiasAndRelu<TLanes, TVec>(x, fused, Count));
        clock.Run(5, _ => clock["one"] < 0.7 * clock["two"]);
        Console.WriteLine($"{Count} numbers: two passes ~{1e3 * clock["two"]:F1} ms, one pass ~{1e3 * clock["one"]:F1} ms");
        Check.That(new Span<float>(z, Count).SequenceEqual(new Span<float>(fused, Count)), "the same bits");
        Check.Speed(clock["one"] < 0.75 * clock["two"], "one pass takes less than three quarters of the time of two", clock);
    }

    private static (double Dense, double Skipped) Zeros<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        Check.Section("Zeros: the gradient behind a ReLU and a max-pooling, times the weights");
        const int Pixels = 576, Filters = 64, Inputs = 288;
        float* dy = Gradient(Pixels, Filters), w = Uniform(Filters * Inputs, 2, 1), dense = Product.Allocate(Pixels * Inputs), sparse = Product.Allocate(Pixels * Inputs);
        float* packed = Product.Allocate(Product.Scratch(Inputs));
        int kept = new Span<float>(dy, Pixels * Filters).ToArray().Count(value => value != 0);
        Console.WriteLine($"{kept} of {Pixels * Filters} gradients are not zero");
        double flops = 2.0 * Pixels * Filters * Inputs;
        var clock = new Stopwatches()
            .Add("peak", () => Machine.MultiplyAdds<TLanes, TVec>(Rounds))
            .Add("dense", () => Product.Multiply<TLanes, TVec>(dy, w, dense, Pixels, Inputs, Filters, packed))
            .Add("skipped", () => SkipZeros<TLanes, TVec>(dy, w, sparse, Pixels, Filters, Inputs));
        double Share(string name) => flops / clock[name] / (Machine.Flops<TLanes, TVec>(Rounds) / clock["peak"]);
        clock.Run(20, _ => Share("skipped") > 1.2);
        Console.WriteLine($"all multiplied: ~{1e6 * clock["dense"]:F0} us, ~{100 * Share("dense"):F0} % of the peak");
        Console.WriteLine($"zeros skipped: ~{1e6 * clock["skipped"]:F0} us, as if at ~{100 * Share("skipped"):F0} % of the peak");
        Check.That(new Span<float>(dense, Pixels * Inputs).SequenceEqual(new Span<float>(sparse, Pixels * Inputs)), "the same bits: adding zero times a number changes nothing");
        Check.Speed(Share("skipped") > 1, "faster than any program that multiplies everything", clock);
        float poisoned = (0 * float.PositiveInfinity) + 1;
        Console.WriteLine($"but 0 x infinity + 1 = {poisoned}, and skipped it is 1");
        Check.That(float.IsNaN(poisoned), "only zero times a finite number may be skipped");
        return (Share("dense"), Share("skipped"));
    }

    private static double Convolution<TLanes, TVec>()
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        Check.Section("Winograd: a convolution of 3 x 3, 4 images of 26 x 26 x 64 to 24 x 24 x 64");
        var convolution = new Winograd<TLanes, TVec>(Uniform(4 * 26 * 26 * 64, 3, 1), Uniform(9 * 64 * 64, 4, 0.1f));
        var clock = new Stopwatches()
            .Add("peak", () => Machine.MultiplyAdds<TLanes, TVec>(Rounds))
            .Add("winograd", convolution.Run);
        double Share() => Winograd<TLanes, TVec>.DirectFlops / clock["winograd"] / (Machine.Flops<TLanes, TVec>(Rounds) / clock["peak"]);
        clock.Run(20, _ => Share() > 1.2);
        Console.WriteLine("multiplications for 16 outputs of a channel and a filter: 144 by the definition, 36 here");
        Console.WriteLine($"~{1e6 * clock["winograd"]:F0} us: the definition would need ~{100 * Share():F0} % of the peak for that");
        Check.Speed(Share() > 1, "faster than the definition on any program, at 100 % of the peak", clock);
        (double own, double direct) = convolution.Errors();
        Console.WriteLine($"largest error, relative to the largest output: ~{own:0.0e0}; by the definition in 32 bits: ~{direct:0.0e0}");
        Check.That(own < 1e-5, "the rounding is larger than the definition's, and small against what learning needs");
        return Share();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddBias<TLanes, TVec>(float* x, float* y, int count)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        TVec bias = TLanes.Create(0.25f);
        for (int i = 0; i < count; i += TLanes.Width)
        {
            TLanes.Store(y + i, TLanes.Add(TLanes.Load(x + i), bias));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Relu<TLanes, TVec>(float* x, float* y, int count)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        TVec zero = TLanes.Create(0);
        for (int i = 0; i < count; i += TLanes.Width)
        {
            TLanes.Store(y + i, TLanes.Max(TLanes.Load(x + i), zero));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BiasAndRelu<TLanes, TVec>(float* x, float* y, int count)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        TVec bias = TLanes.Create(0.25f), zero = TLanes.Create(0);
        for (int i = 0; i < count; i += TLanes.Width)
        {
            TLanes.Store(y + i, TLanes.Max(TLanes.Add(TLanes.Load(x + i), bias), zero));
        }
    }

    /// <summary>dx = dy w: first the places that are not zero, then for each strip of six vectors their products alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SkipZeros<TLanes, TVec>(float* dy, float* w, float* dx, int pixels, int filters, int inputs)
        where TLanes : struct, ILanes<TVec>
        where TVec : unmanaged
    {
        int v = TLanes.Width;
        int* places = stackalloc int[filters];
        for (int pixel = 0; pixel < pixels; pixel++, dy += filters, dx += inputs)
        {
            int count = 0;
            for (int f = 0; f < filters; f++)
            {
                places[count] = f;
                count += dy[f] != 0 ? 1 : 0;
            }

            for (int left = 0; left < inputs; left += 6 * v)
            {
                TVec s0 = TLanes.Create(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
                for (int i = 0; i < count; i++)
                {
                    TVec factor = TLanes.Create(dy[places[i]]);
                    float* row = w + (places[i] * inputs) + left;
                    s0 = TLanes.MultiplyAdd(factor, TLanes.Load(row), s0);
                    s1 = TLanes.MultiplyAdd(factor, TLanes.Load(row + v), s1);
                    s2 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (2 * v)), s2);
                    s3 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (3 * v)), s3);
                    s4 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (4 * v)), s4);
                    s5 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (5 * v)), s5);
                }

                TLanes.Store(dx + left, s0);
                TLanes.Store(dx + left + v, s1);
                TLanes.Store(dx + left + (2 * v), s2);
                TLanes.Store(dx + left + (3 * v), s3);
                TLanes.Store(dx + left + (4 * v), s4);
                TLanes.Store(dx + left + (5 * v), s5);
            }
        }
    }

    /// <summary>One winner in each window of 2 x 2 pixels, for each filter; half of them are behind a ReLU that is 0.</summary>
    private static float* Gradient(int pixels, int filters)
    {
        float* values = Product.Allocate(pixels * filters);
        new Span<float>(values, pixels * filters).Clear();
        var random = new Random(5);
        for (int window = 0; window < pixels / 4; window++)
        {
            for (int f = 0; f < filters; f++)
            {
                int winner = random.Next(4);
                values[(((4 * window) + winner) * filters) + f] = random.Next(2) * ((2 * random.NextSingle()) - 1);
            }
        }

        return values;
    }

    private static float* Uniform(int count, int seed, float limit)
    {
        float* values = Product.Allocate(count);
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            values[i] = limit * ((2 * random.NextSingle()) - 1);
        }

        return values;
    }

    private static void Draw(double dense, double skipped, double winograd)
    {
        var figure = new Figure(480, 230, "Speed in parts of the multiply-add peak, measured, counting the operations of the definition");
        double scale = 340 / Math.Max(2.4, 1.05 * Math.Max(skipped, winograd));
        (string Name, double Share)[] bars = [("all multiplied", dense), ("zeros skipped", skipped), ("Winograd", winograd)];
        for (int i = 0; i < bars.Length; i++)
        {
            double y = 50 + (i * 50);
            figure.Text(110, y + 20, bars[i].Name, "end");
            figure.Rectangle(120, y, scale * bars[i].Share, 30, i == 0 ? "c1" : "c2", 0.8);
            figure.Text(116 + (scale * bars[i].Share), y + 20, $"{100 * bars[i].Share:F0} %", "end", "small");
        }

        figure.Line(120 + scale, 40, 120 + scale, 200, "ink", 1, dashed: true);
        figure.Text(120 + scale, 30, "100 % of the peak", "middle", "small");
        figure.Text(20, 220, "operations of the definition per second, against the multiply-add peak", "start", "soft small");
        figure.Save("08-less");
    }
}

/// <summary>F(4x4, 3x3): tiles of 4 x 4 outputs from 6 x 6 inputs by 36 products (Lavin and Gray 2015).</summary>
internal sealed unsafe class Winograd<TLanes, TVec>(float* x, float* w)
    where TLanes : struct, ILanes<TVec>
    where TVec : unmanaged
{
    public const double DirectFlops = 2.0 * Images * Out * Out * 9 * C * F;

    private const int Images = 4, In = 26, Out = 24, C = 64, F = 64, Across = Out / 4, Tiles = Images * Across * Across;

    // Sixteen more than the tiles need: a distance of whole pages would put all 36 places into the same few lines of the cache.
    private const int Place = (Tiles * C) + 16;

    private readonly float* _u = Weights(w), _v = Product.Allocate(36 * Place), _m = Product.Allocate(36 * Place), _y = Product.Allocate(Images * Out * Out * F);
    private readonly float* _packed = Product.Allocate(Product.Scratch(F));

    public void Run()
    {
        for (int tile = 0; tile < Tiles; tile++)
        {
            Inputs(tile);
        }

        for (int place = 0; place < 36; place++)
        {
            Product.Multiply<TLanes, TVec>(_v + (place * Place), _u + (place * C * F), _m + (place * Place), Tiles, F, C, _packed);
        }

        for (int tile = 0; tile < Tiles; tile++)
        {
            Outputs(tile);
        }
    }

    /// <summary>The largest error of this and of the definition in 32 bits, against the definition in 64, over some outputs.</summary>
    public (double Own, double Direct) Errors()
    {
        double own = 0, direct = 0, largest = 0;
        for (int place = 0; place < Images * Out * Out * F; place += 37)
        {
            int f = place % F, column = place / F % Out, row = place / F / Out % Out, image = place / F / Out / Out;
            double exact = 0;
            float single = 0;
            for (int tap = 0; tap < 9 * C; tap++)
            {
                float input = x[(((((image * In) + row + (tap / C / 3)) * In) + column + (tap / C % 3)) * C) + (tap % C)], weight = w[(tap * F) + f];
                exact += (double)input * weight;
                single += input * weight;
            }

            own = Math.Max(own, Math.Abs(_y[place] - exact));
            direct = Math.Max(direct, Math.Abs(single - exact));
            largest = Math.Max(largest, Math.Abs(exact));
        }

        return (own / largest, direct / largest);
    }

    /// <summary>U = G g G', once for each channel and filter: 36 x channels x filters.</summary>
    private static float* Weights(float* w)
    {
        double[,] g = { { 0.25, 0, 0 }, { -1 / 6.0, -1 / 6.0, -1 / 6.0 }, { -1 / 6.0, 1 / 6.0, -1 / 6.0 }, { 1 / 24.0, 1 / 12.0, 1 / 6.0 }, { 1 / 24.0, -1 / 12.0, 1 / 6.0 }, { 0, 0, 1 } };
        float* u = Product.Allocate(36 * C * F);
        for (int place = 0; place < 36; place++)
        {
            for (int i = 0; i < C * F; i++)
            {
                double sum = 0;
                for (int tap = 0; tap < 9; tap++)
                {
                    sum += g[place / 6, tap / 3] * w[(tap * C * F) + i] * g[place % 6, tap % 3];
                }

                u[(place * C * F) + i] = (float)sum;
            }
        }

        return u;
    }

    /// <summary>V = B' d B for the 6 x 6 inputs of a tile, a vector of channels at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Inputs(int tile)
    {
        int w = TLanes.Width, image = tile / (Across * Across), row = tile / Across % Across * 4, column = tile % Across * 4;
        float* d = x + (((((image * In) + row) * In) + column) * C), half = stackalloc float[36 * w];
        for (int c = 0; c < C; c += w)
        {
            for (int i = 0; i < 6; i++)
            {
                InputLine(d + c + (i * C), In * C, half + (i * w), 6 * w);
            }

            for (int i = 0; i < 6; i++)
            {
                InputLine(half + (i * 6 * w), w, _v + (i * 6 * Place) + (tile * C) + c, Place);
            }
        }
    }

    /// <summary>Y = A' M A for the 4 x 4 outputs of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Outputs(int tile)
    {
        int w = TLanes.Width, image = tile / (Across * Across), row = tile / Across % Across * 4, column = tile % Across * 4;
        float* y = _y + (((((image * Out) + row) * Out) + column) * F), half = stackalloc float[24 * w];
        for (int f = 0; f < F; f += w)
        {
            for (int i = 0; i < 6; i++)
            {
                OutputLine(_m + (i * Place) + (tile * F) + f, 6 * Place, half + (i * w), 6 * w);
            }

            for (int i = 0; i < 4; i++)
            {
                OutputLine(half + (i * 6 * w), w, y + f + (i * Out * F), F);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine(float* s, nint step, float* d, nint to)
    {
        TVec d0 = TLanes.Load(s), d1 = TLanes.Load(s + step), d2 = TLanes.Load(s + (2 * step)), d3 = TLanes.Load(s + (3 * step));
        TVec d4 = TLanes.Load(s + (4 * step)), d5 = TLanes.Load(s + (5 * step));
        TVec four = TLanes.Create(4), five = TLanes.Create(-5), two = TLanes.Create(2), minusFour = TLanes.Create(-4), minusTwo = TLanes.Create(-2);
        TVec even = TLanes.MultiplyAdd(minusFour, d2, d4), odd = TLanes.MultiplyAdd(minusFour, d1, d3);
        TVec evenToo = TLanes.Subtract(d4, d2), oddToo = TLanes.Subtract(d3, d1);
        TLanes.Store(d, TLanes.MultiplyAdd(four, d0, TLanes.MultiplyAdd(five, d2, d4)));
        TLanes.Store(d + to, TLanes.Add(even, odd));
        TLanes.Store(d + (2 * to), TLanes.Subtract(even, odd));
        TLanes.Store(d + (3 * to), TLanes.MultiplyAdd(two, oddToo, evenToo));
        TLanes.Store(d + (4 * to), TLanes.MultiplyAdd(minusTwo, oddToo, evenToo));
        TLanes.Store(d + (5 * to), TLanes.MultiplyAdd(four, d1, TLanes.MultiplyAdd(five, d3, d5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine(float* s, nint step, float* d, nint to)
    {
        TVec m0 = TLanes.Load(s), m1 = TLanes.Load(s + step), m2 = TLanes.Load(s + (2 * step)), m3 = TLanes.Load(s + (3 * step));
        TVec m4 = TLanes.Load(s + (4 * step)), m5 = TLanes.Load(s + (5 * step));
        TVec plus = TLanes.Add(m1, m2), minus = TLanes.Subtract(m1, m2), plusToo = TLanes.Add(m3, m4), minusToo = TLanes.Subtract(m3, m4);
        TLanes.Store(d, TLanes.Add(TLanes.Add(m0, plus), plusToo));
        TLanes.Store(d + to, TLanes.MultiplyAdd(TLanes.Create(2), minusToo, minus));
        TLanes.Store(d + (2 * to), TLanes.MultiplyAdd(TLanes.Create(4), plusToo, plus));
        TLanes.Store(d + (3 * to), TLanes.Add(TLanes.MultiplyAdd(TLanes.Create(8), minusToo, minus), m5));
    }
}
