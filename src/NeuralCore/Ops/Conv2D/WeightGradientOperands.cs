namespace NeuralCore.Ops;

/// <summary>What the gradient of a convolution's weights is computed from, and where it goes.</summary>
internal readonly unsafe struct WeightGradientOperands(float* input, CpuGradient dOutput, float* dWeights, float* dBias)
{
    /// <summary>x.</summary>
    public readonly float* Input = input;

    /// <summary>dy, with y behind a ReLU.</summary>
    public readonly CpuGradient DOutput = dOutput;

    /// <summary>Receives dw.</summary>
    public readonly float* DWeights = dWeights;

    /// <summary>Receives dbias.</summary>
    public readonly float* DBias = dBias;
}
