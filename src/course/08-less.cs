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
        float* x = Floats.Uniform(Count, 1), y = Floats.Allocate(Count), z = Floats.Allocate(Count), fused = Floats.Allocate(Count);
        new Span<float>(z, Count).Clear();
        var clock = new Stopwatches()
            .Add("two", () =>
            {
                AddBias<TLanes, TVec>(x, y, Count);
                Floats.Relu<TLanes, TVec>(y, z, Count);
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
        Check.Section("Zeros: the gradient that a max-pooling and a ReLU pass back, times the weights");
        const int Pixels = 576, Filters = 64, Inputs = 288;
        float* dy = Gradient(Pixels, Filters), w = Floats.Uniform(Filters * Inputs, 2), dense = Floats.Allocate(Pixels * Inputs), sparse = Floats.Allocate(Pixels * Inputs);
        float* packed = Floats.Allocate(Product.Scratch(Inputs));
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
        var convolution = new Winograd<TLanes, TVec>(Floats.Uniform(4 * 26 * 26 * 64, 3), Floats.Uniform(9 * 64 * 64, 4, 0.1f));
        var clock = new Stopwatches()
            .Add("peak", () => Machine.MultiplyAdds<TLanes, TVec>(Rounds))
            .Add("winograd", convolution.Run);
        double Share() => Winograd<TLanes, TVec>.DirectFlops / clock["winograd"] / (Machine.Flops<TLanes, TVec>(Rounds) / clock["peak"]);
        clock.Run(20, _ => Share() > 1.2);
        Console.WriteLine("multiplications for 16 outputs of a channel and a filter: 144 by the definition, 36 here");
        Console.WriteLine($"~{1e6 * clock["winograd"]:F0} us: the definition would need ~{100 * Share():F0} % of the peak for that");
        Check.Speed(Share() > 1, "faster than any program that computes the definition, even at 100 % of the peak", clock);
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
        int width = TLanes.Width;
        int* places = stackalloc int[filters];
        for (int pixel = 0; pixel < pixels; pixel++, dy += filters, dx += inputs)
        {
            int count = 0;
            for (int f = 0; f < filters; f++)
            {
                places[count] = f;
                count += dy[f] != 0 ? 1 : 0;
            }

            for (int left = 0; left < inputs; left += 6 * width)
            {
                TVec s0 = TLanes.Create(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
                for (int i = 0; i < count; i++)
                {
                    TVec factor = TLanes.Create(dy[places[i]]);
                    float* row = w + (places[i] * inputs) + left;
                    s0 = TLanes.MultiplyAdd(factor, TLanes.Load(row), s0);
                    s1 = TLanes.MultiplyAdd(factor, TLanes.Load(row + width), s1);
                    s2 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (2 * width)), s2);
                    s3 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (3 * width)), s3);
                    s4 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (4 * width)), s4);
                    s5 = TLanes.MultiplyAdd(factor, TLanes.Load(row + (5 * width)), s5);
                }

                TLanes.Store(dx + left, s0);
                TLanes.Store(dx + left + width, s1);
                TLanes.Store(dx + left + (2 * width), s2);
                TLanes.Store(dx + left + (3 * width), s3);
                TLanes.Store(dx + left + (4 * width), s4);
                TLanes.Store(dx + left + (5 * width), s5);
            }
        }
    }

    /// <summary>One winner in each window of 2 x 2 pixels, for each filter; a ReLU that is 0 drops half of them.</summary>
    private static float* Gradient(int pixels, int filters)
    {
        float* values = Floats.Allocate(pixels * filters);
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

    // From one of the 36 places of a tile to the next. Sixteen more than the tiles need: a distance of whole pages would put all 36 places into the same few lines of the cache.
    private const int PlaceStride = (Tiles * C) + 16;

    private readonly float* _u = Weights(w), _v = Floats.Allocate(36 * PlaceStride), _m = Floats.Allocate(36 * PlaceStride), _y = Floats.Allocate(Images * Out * Out * F);
    private readonly float* _packed = Floats.Allocate(Product.Scratch(F));

    public void Run()
    {
        for (int tile = 0; tile < Tiles; tile++)
        {
            Inputs(tile);
        }

        for (int place = 0; place < 36; place++)
        {
            Product.Multiply<TLanes, TVec>(_v + (place * PlaceStride), _u + (place * C * F), _m + (place * PlaceStride), Tiles, F, C, _packed);
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
        float* u = Floats.Allocate(36 * C * F);
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
        int width = TLanes.Width, image = tile / (Across * Across), row = tile / Across % Across * 4, column = tile % Across * 4;
        float* d = x + (((((image * In) + row) * In) + column) * C), half = stackalloc float[36 * width];
        for (int c = 0; c < C; c += width)
        {
            for (int i = 0; i < 6; i++)
            {
                InputLine(d + c + (i * C), In * C, half + (i * width), 6 * width);
            }

            for (int i = 0; i < 6; i++)
            {
                InputLine(half + (i * 6 * width), width, _v + (i * 6 * PlaceStride) + (tile * C) + c, PlaceStride);
            }
        }
    }

    /// <summary>Y = A' M A for the 4 x 4 outputs of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Outputs(int tile)
    {
        int width = TLanes.Width, image = tile / (Across * Across), row = tile / Across % Across * 4, column = tile % Across * 4;
        float* y = _y + (((((image * Out) + row) * Out) + column) * F), half = stackalloc float[24 * width];
        for (int f = 0; f < F; f += width)
        {
            for (int i = 0; i < 6; i++)
            {
                OutputLine(_m + (i * PlaceStride) + (tile * F) + f, 6 * PlaceStride, half + (i * width), 6 * width);
            }

            for (int i = 0; i < 4; i++)
            {
                OutputLine(half + (i * 6 * width), width, y + f + (i * Out * F), F);
            }
        }
    }

    /// <summary>One column of B' d, for the points 0, 1, -1, 2, -2 and infinity: the pairs share their even and odd parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void InputLine(float* d, nint dStride, float* v, nint vStride)
    {
        TVec d0 = TLanes.Load(d), d1 = TLanes.Load(d + dStride), d2 = TLanes.Load(d + (2 * dStride)), d3 = TLanes.Load(d + (3 * dStride));
        TVec d4 = TLanes.Load(d + (4 * dStride)), d5 = TLanes.Load(d + (5 * dStride));
        TVec four = TLanes.Create(4), minusFive = TLanes.Create(-5), two = TLanes.Create(2), minusFour = TLanes.Create(-4), minusTwo = TLanes.Create(-2);
        TVec even1 = TLanes.MultiplyAdd(minusFour, d2, d4), odd1 = TLanes.MultiplyAdd(minusFour, d1, d3);
        TVec even2 = TLanes.Subtract(d4, d2), odd2 = TLanes.Subtract(d3, d1);
        TLanes.Store(v, TLanes.MultiplyAdd(four, d0, TLanes.MultiplyAdd(minusFive, d2, d4)));
        TLanes.Store(v + vStride, TLanes.Add(even1, odd1));
        TLanes.Store(v + (2 * vStride), TLanes.Subtract(even1, odd1));
        TLanes.Store(v + (3 * vStride), TLanes.MultiplyAdd(two, odd2, even2));
        TLanes.Store(v + (4 * vStride), TLanes.MultiplyAdd(minusTwo, odd2, even2));
        TLanes.Store(v + (5 * vStride), TLanes.MultiplyAdd(four, d1, TLanes.MultiplyAdd(minusFive, d3, d5)));
    }

    /// <summary>One column of A' M.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OutputLine(float* m, nint mStride, float* y, nint yStride)
    {
        TVec m0 = TLanes.Load(m), m1 = TLanes.Load(m + mStride), m2 = TLanes.Load(m + (2 * mStride)), m3 = TLanes.Load(m + (3 * mStride));
        TVec m4 = TLanes.Load(m + (4 * mStride)), m5 = TLanes.Load(m + (5 * mStride));
        TVec sum1 = TLanes.Add(m1, m2), difference1 = TLanes.Subtract(m1, m2), sum2 = TLanes.Add(m3, m4), difference2 = TLanes.Subtract(m3, m4);
        TLanes.Store(y, TLanes.Add(TLanes.Add(m0, sum1), sum2));
        TLanes.Store(y + yStride, TLanes.MultiplyAdd(TLanes.Create(2), difference2, difference1));
        TLanes.Store(y + (2 * yStride), TLanes.MultiplyAdd(TLanes.Create(4), sum2, sum1));
        TLanes.Store(y + (3 * yStride), TLanes.Add(TLanes.MultiplyAdd(TLanes.Create(8), difference2, difference1), m5));
    }
}
