using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>The parameters that a convolution's forward pass reads.</summary>
/// <param name="Values">w: KernelHeight x KernelWidth x Channels x Filters.</param>
/// <param name="Bias">The bias: Filters; null without one.</param>
/// <param name="Prepared">w in the form that the pass computes with; null: the pass brings it into that form.</param>
internal readonly record struct ConvWeights(Slot Values, Slot? Bias = null, Slot? Prepared = null)
{
    /// <summary>Those of a node whose first weight is w, and whose second, if it has one, is the bias.</summary>
    public static ConvWeights Of<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(run.WeightAt(0).Values, run.WeightOrNull(1)?.Values, run.Prepared);
}

/// <summary><see cref="ConvWeights"/> in memory, and the algorithm that reads them.</summary>
internal readonly unsafe struct CpuConvWeights(float* values, float* bias, ConvWay way = ConvWay.Product, float* prepared = null)
{
    /// <summary>w.</summary>
    public readonly float* Values = values;

    /// <summary>The bias; zeros for an op without one.</summary>
    public readonly float* Bias = bias;

    /// <summary>The form of the pass.</summary>
    public readonly ConvWay Way = way;

    /// <summary>Whether the pass is Winograd's.</summary>
    public bool ByWinograd => Way == ConvWay.Winograd;

    /// <summary>w as Winograd's pass takes it; null where it has to be transformed first.</summary>
    public readonly float* Prepared = prepared;
}
