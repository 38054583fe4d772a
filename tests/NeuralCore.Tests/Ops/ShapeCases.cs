using FsCheck;
using FsCheck.Fluent;

namespace NeuralCore.Tests.Ops;

/// <summary>
/// Random sizes: small ones, and those at either side of every vector's width. Sizes are chosen from the output backwards,
/// so that no shape has to be thrown away, and so that a textbook loop needs well under a millisecond. A failing case is shrunk
/// size by size.
/// </summary>
internal static class ShapeCases
{
    private const int Budget = 150_000;

    private static readonly Gen<int> Width = Gen.Frequency(
        (4, Gen.Choose(1, 9)),
        (3, Gen.Elements(13, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 96, 97, 101, 127, 128, 129)),
        (1, Gen.Choose(1, 140)));

    private static readonly Gen<int> Dilation = Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(2, 3)));

    private static readonly Gen<int> Seed = Gen.Choose(0, 1_000_000);

    public static Arbitrary<ConvCase> Convolutions { get; } =
        AnyConvolutions(Width, widestKernel: 5, mostImages: 5, (Height: 15, Width: 30), sizes => new ConvCase(sizes));

    public static Arbitrary<DepthwiseCase> DepthwiseConvolutions { get; } =
        AnyConvolutions(Gen.Frequency((2, Gen.Constant(1)), (1, Gen.Choose(2, 4))), widestKernel: 6, mostImages: 10, (Height: 9, Width: 17), sizes => new DepthwiseCase(sizes));

    public static Arbitrary<PoolCase> Poolings { get; } = Shrinking(
        from channels in Width
        from poolHeight in Gen.Frequency((2, Gen.Constant(2)), (1, Gen.Choose(1, 4)))
        from poolWidth in Gen.Frequency((2, Gen.Constant(2)), (1, Gen.Choose(1, 4)))
        from strideY in Gen.Frequency((2, Gen.Constant(2)), (1, Gen.Choose(1, 4)))
        from strideX in Gen.Frequency((2, Gen.Constant(2)), (1, Gen.Choose(1, 4)))
        from images in Gen.Choose(1, 4)
        from outHeight in Gen.Choose(1, 9)
        from outWidth in Gen.Choose(1, 9)
        from vertical in Axis(outHeight, poolHeight, strideY, poolHeight - 1)
        from horizontal in Axis(outWidth, poolWidth, strideX, poolWidth - 1)
        from spare in Gen.Choose(0, 2)
        from seed in Seed
        select (int[])[images, spare, vertical[0], horizontal[0], channels, poolHeight, poolWidth, strideY, strideX,
            vertical[1], vertical[2], horizontal[1], horizontal[2], seed],
        least: [1, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
        sizes => new PoolCase(sizes));

    public static Arbitrary<ConvPoolCase> PooledConvolutions { get; } = Shrinking(
        from channels in Width
        from filters in Width
        from kernel in Gen.Choose(1, 4)
        from kernelWidth in Gen.Choose(1, 4)
        from stride in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Constant(2)))
        from poolHeight in Gen.Frequency((2, Gen.Constant(2)), (1, Gen.Choose(1, 3)))
        from poolWidth in Gen.Frequency((2, Gen.Constant(2)), (1, Gen.Choose(1, 3)))
        from gap in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Constant(1)))
        let windows = Math.Clamp(Budget / (channels * filters * kernel * kernelWidth * poolHeight * poolWidth), 1, 60)
        from images in Gen.Choose(1, Math.Min(windows, 10))
        from outHeight in Gen.Choose(1, Math.Min(windows / images, 5))
        from outWidth in Gen.Choose(1, Math.Min(windows / images / outHeight, 8))
        from unread in Gen.Choose(0, poolHeight - 1)
        from vertical in Axis(((outHeight - 1) * (poolHeight + gap)) + poolHeight + unread, kernel, stride, kernel)
        from horizontal in Axis(((outWidth - 1) * (poolWidth + gap)) + poolWidth, kernelWidth, stride, kernelWidth)
        from spare in Gen.Choose(0, 2)
        from seed in Seed
        select (int[])[images, spare, vertical[0], horizontal[0], channels, filters, kernel, kernelWidth, stride, stride,
            vertical[1], vertical[2], horizontal[1], horizontal[2], poolHeight, poolWidth, poolHeight + gap, poolWidth + gap, seed],
        least: [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0],
        sizes => new ConvPoolCase(sizes));

    public static Arbitrary<DenseCase> DenseLayers { get; } = Shrinking(
        from inputs in Gen.Frequency((2, Width), (1, Gen.Choose(1, 400)))
        from units in Width
        from items in Gen.Choose(1, Math.Clamp(Budget / (inputs * units), 1, 40))
        from spare in Gen.Choose(0, 2)
        from seed in Seed
        select (int[])[items, spare, inputs, units, seed],
        least: [1, 0, 1, 1, 0],
        sizes => new DenseCase(sizes));

    public static Arbitrary<RowsCase> Rows { get; } = Shrinking(
        from rows in Gen.Choose(1, 20)
        from classes in Width
        from seed in Seed
        select (int[])[rows, classes, seed],
        least: [1, 1, 0],
        sizes => new RowsCase(sizes));

    /// <summary>Images of a few pixels, with channels around multiples of a vector.</summary>
    public static Arbitrary<ImageCase> Images { get; } = Shrinking(
        from channels in Width
        from images in Gen.Choose(1, 5)
        from height in Gen.Choose(1, 12)
        from width in Gen.Choose(1, 12)
        from spare in Gen.Choose(0, 2)
        from seed in Seed
        select (int[])[images, spare, height, width, channels, seed],
        least: [1, 0, 1, 1, 1, 0],
        sizes => new ImageCase(sizes));

    /// <summary>Lengths around multiples of a vector, and beyond what a single thread would be given.</summary>
    public static Arbitrary<FlatCase> Flat { get; } = Shrinking(
        from count in Gen.Frequency((4, Gen.Choose(1, 300)), (2, Gen.Choose(300, 5_000)), (1, Gen.Choose(5_000, 70_000)))
        from seed in Seed
        select (int[])[count, seed],
        least: [1, 0],
        sizes => new FlatCase(sizes));

    /// <summary>Convolutions whose outputs times terms stay within the budget, and whose images have at most this many rows and columns of outputs.</summary>
    private static Arbitrary<TCase> AnyConvolutions<TCase>(Gen<int> filters, int widestKernel, int mostImages, (int Height, int Width) mostOutputs, Func<int[], TCase> make)
        where TCase : SizedCase => Shrinking(
        from channels in Width
        from filtersOf in filters
        from kernelHeight in Gen.Choose(1, 5)
        from kernelWidth in Gen.Choose(1, widestKernel)
        from strideY in Gen.Choose(1, 3)
        from strideX in Gen.Choose(1, 3)
        from dilationY in Dilation
        from dilationX in Dilation
        let pixels = Math.Clamp(Budget / (channels * filtersOf * kernelHeight * kernelWidth), 1, 200)
        from images in Gen.Choose(1, Math.Min(pixels, mostImages))
        from outHeight in Gen.Choose(1, Math.Min(pixels / images, mostOutputs.Height))
        from outWidth in Gen.Choose(1, Math.Min(pixels / images / outHeight, mostOutputs.Width))
        from vertical in Axis(outHeight, ((kernelHeight - 1) * dilationY) + 1, strideY, kernelHeight)
        from horizontal in Axis(outWidth, ((kernelWidth - 1) * dilationX) + 1, strideX, kernelWidth)
        from spare in Gen.Choose(0, 2)
        from seed in Seed
        select (int[])[images, spare, vertical[0], horizontal[0], channels, filtersOf, kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX,
            vertical[1], vertical[2], horizontal[1], horizontal[2], seed],
        least: [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
        make);

    /// <summary>
    /// The extent of one image axis and the padding before and after it, so that there are <paramref name="windows"/> windows:
    /// without padding, with that of <c>padding="same"</c>, or with any up to <paramref name="largest"/> at either end.
    /// </summary>
    private static Gen<int[]> Axis(int windows, int window, int stride, int largest)
    {
        Gen<int[]> explicitly =
            from before in Gen.Choose(0, largest)
            from after in Gen.Choose(0, largest)
            from unread in Gen.Choose(0, stride - 1)
            select (int[])[Math.Max(1, ((windows - 1) * stride) + window + unread - before - after), before, after];
        Gen<int[]> valid =
            from unread in Gen.Choose(0, stride - 1)
            select (int[])[((windows - 1) * stride) + window + unread, 0, 0];
        Gen<int[]> same =
            from more in Gen.Choose(0, stride - 1)
            let extent = ((windows - 1) * stride) + 1 + more
            let padding = Math.Max(((windows - 1) * stride) + window - extent, 0)
            select (int[])[extent, padding / 2, padding - (padding / 2)];
        return Gen.OneOf(valid, same, explicitly);
    }

    /// <summary>Cases made from lists of sizes: of a failing list each size is made smaller in turn, where that is a case at all.</summary>
    private static Arbitrary<TCase> Shrinking<TCase>(Gen<int[]> sizes, int[] least, Func<int[], TCase> make)
        where TCase : SizedCase
    {
        return Arb.From(sizes.Select(make), failing => Smaller(failing.Sizes).Select(TryMake).OfType<TCase>());

        IEnumerable<int[]> Smaller(int[] list) =>
            from i in Enumerable.Range(0, list.Length)
            from size in new[] { least[i], (least[i] + list[i]) / 2, list[i] - 1 }.Distinct()
            where size >= least[i] && size < list[i]
            select (int[])[.. list[..i], size, .. list[(i + 1)..]];

        TCase? TryMake(int[] list)
        {
            try
            {
                return make(list);
            }
            catch (ArgumentException)
            {
                return null; // Made smaller, the sizes no longer fit together.
            }
        }
    }
}
