using NeuralCore.Kernels;
using NeuralCore.Simd;

namespace NeuralCore.Ops;

/// <summary>A form in which a processor computes a pass of a convolution.</summary>
internal enum ConvWay
{
    /// <summary>Matrix products in place: <see cref="Conv2DCpu"/>.</summary>
    Product,

    /// <summary>Winograd's minimal filtering: <see cref="WinogradCpu"/>.</summary>
    Winograd,

    /// <summary>Sixteen images in the lanes: <see cref="Conv2DLanes"/>.</summary>
    Lanes,

    /// <summary>The pixels of several images as one sum, of the weights' gradient alone: <see cref="Conv2DFewPixels"/>.</summary>
    FewPixels,
}

/// <summary>
/// The form of each pass. It follows from the sizes, by rules that <c>benchmarks ... choices</c> holds against the time of every form there is; it is never timed while a
/// network runs, since forms that cut their sums in another way give other bits.
/// </summary>
/// <param name="Forward">y from x.</param>
/// <param name="Input">dx from dy.</param>
/// <param name="Weights">dw from x and dy.</param>
internal readonly record struct ConvWays(ConvWay Forward, ConvWay Input, ConvWay Weights)
{
    /// <summary>Chooses.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="images">The images of the batch.</param>
    /// <param name="threads">The threads that share them.</param>
    /// <param name="conv">What the backend was made for.</param>
    public static ConvWays Of<TSimd, TVec>(in Conv2DShape shape, int images, int threads, ConvAlgorithm conv)
        where TSimd : ISimd<TVec>
        where TVec : unmanaged
    {
        bool winograd = conv != ConvAlgorithm.Direct;
        return new ConvWays(
            winograd && WinogradCpu.CanRun(shape) ? ConvWay.Winograd : Conv2DLanes.TakesForward<TSimd, TVec>(shape, images, threads) ? ConvWay.Lanes : ConvWay.Product,
            winograd && WinogradCpu.CanRunBackward(shape) ? ConvWay.Winograd : Conv2DLanes.TakesBackwardInput<TSimd, TVec>(shape, images, threads) ? ConvWay.Lanes : ConvWay.Product,
            winograd && WinogradCpu.TakesWeights(shape) ? ConvWay.Winograd
                : Conv2DLanes.TakesBackwardWeights(shape) ? ConvWay.Lanes
                : Conv2DFewPixels.Takes(shape) ? ConvWay.FewPixels
                : ConvWay.Product);
    }

    /// <summary>All forms in which a pass can be computed, for all of which there is scratch where a backend was told to take one.</summary>
    /// <param name="shape">The sizes.</param>
    public static (ConvWay[] Forward, ConvWay[] Input, ConvWay[] Weights) Possible(in Conv2DShape shape)
    {
        bool isWhole = shape.Channels % Blocking.Lanes == 0 && shape.Filters % Blocking.Lanes == 0;
        return (
            [ConvWay.Product, .. WinogradCpu.CanRun(shape) ? [ConvWay.Winograd] : Array.Empty<ConvWay>(), ConvWay.Lanes],
            [ConvWay.Product, .. WinogradCpu.CanRunBackward(shape) ? [ConvWay.Winograd] : Array.Empty<ConvWay>(), .. Conv2DLanes.CanRunBackwardInput(shape) ? [ConvWay.Lanes] : Array.Empty<ConvWay>()],
            [ConvWay.Product, .. WinogradCpu.CanRun(shape) ? [ConvWay.Winograd] : Array.Empty<ConvWay>(), ConvWay.Lanes, .. isWhole ? [ConvWay.FewPixels] : Array.Empty<ConvWay>()]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"y {Name(Forward)}, dx {Name(Input)}, dw {Name(Weights)}";

    /// <summary>What a form is called in a table.</summary>
    public static string Name(ConvWay way) => way switch
    {
        ConvWay.Winograd => "Winograd",
        ConvWay.Lanes => "lanes",
        ConvWay.FewPixels => "few pixels",
        _ => "product",
    };
}
