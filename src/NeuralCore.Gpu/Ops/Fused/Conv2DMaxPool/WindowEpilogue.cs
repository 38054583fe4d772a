using NeuralCore.Ops;

namespace NeuralCore.Gpu.Kernels;

/// <summary>What is done to the four sums of a 2x2 window: bias, ReLU if there is one, the largest, and dropout if there is one.</summary>
internal readonly struct WindowEpilogue(bool isRelu, DropoutMask? dropout)
{
    private readonly int _isRelu = isRelu ? 1 : 0;
    private readonly int _hasDropout = dropout is null ? 0 : 1;
    private readonly MaskKey _mask = new(dropout ?? default);

    /// <summary>The first maximum of activation(sum + bias); a NaN wins over every number, and a later NaN over an earlier one.</summary>
    public Maximum Largest(float bias, float sum0, float sum1, float sum2, float sum3)
    {
        var best = new Maximum(Activation(sum0 + bias), 0);
        best = Better(best, Activation(sum1 + bias), 1);
        best = Better(best, Activation(sum2 + bias), 2);
        return Better(best, Activation(sum3 + bias), 3);
    }

    /// <summary>What dropout leaves of element <paramref name="index"/> of the output.</summary>
    public float Drop(int index, float value) => _hasDropout == 0 ? value : (Philox.Keeps(_mask, index) ? _mask.Scale * value : 0);

    private static Maximum Better(Maximum best, float value, int index) =>
        value > best.Value || MaxPoolKernels.IsNaN(value) ? new Maximum(value, index) : best;

    private float Activation(float value) => _isRelu == 0 ? value : ReluKernels.Rectify(value);
}

/// <summary>The largest of a window's activations, and which it is.</summary>
internal readonly struct Maximum(float value, int winner)
{
    public readonly float Value = value;
    public readonly int Winner = winner;
}
