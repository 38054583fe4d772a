using ILGPU;

namespace NeuralCore.Gpu.Kernels;

/// <summary>How an operand reads its numbers.</summary>
/// <typeparam name="TSelf">The source.</typeparam>
internal interface ISource<TSelf>
    where TSelf : unmanaged, ISource<TSelf>
{
    /// <summary>One number.</summary>
    static abstract float At(TSelf self, OperandMemory memory, int index);

    /// <summary>Four neighbours, of which the first has an index that is a multiple of 4.</summary>
    static abstract Float4 VectorAt(TSelf self, OperandMemory memory, int index);
}

/// <summary>Numbers as they are.</summary>
internal readonly struct Plain : ISource<Plain>
{
    public static float At(Plain self, OperandMemory memory, int index) => memory.Values[index];

    public static Float4 VectorAt(Plain self, OperandMemory memory, int index) => memory.Values.Cast<Float4>()[index >> 2];
}

/// <summary>dz, from dy and, behind a ReLU, y: as <see cref="OutputGradient"/> says.</summary>
/// <param name="isRelu">1 behind a ReLU, else 0.</param>
/// <param name="scale">What dy is multiplied with behind a ReLU.</param>
internal readonly struct Gradient(int isRelu, float scale) : ISource<Gradient>
{
    private readonly int _isRelu = isRelu;
    private readonly float _scale = scale;

    public static float At(Gradient self, OperandMemory memory, int index) => self.At(memory.Values, memory.ReluOutput, index);

    public static Float4 VectorAt(Gradient self, OperandMemory memory, int index)
    {
        Float4 gradient = memory.Values.Cast<Float4>()[index >> 2];
        if (self._isRelu == 0)
        {
            return gradient;
        }

        Float4 output = memory.ReluOutput.Cast<Float4>()[index >> 2];
        return new Float4(
            BeforeRelu(self._scale, gradient.X, output.X),
            BeforeRelu(self._scale, gradient.Y, output.Y),
            BeforeRelu(self._scale, gradient.Z, output.Z),
            BeforeRelu(self._scale, gradient.W, output.W));
    }

    /// <summary>One number.</summary>
    public float At(ArrayView<float> values, ArrayView<float> reluOutput, int index)
    {
        float gradient = values[index];
        return _isRelu == 0 ? gradient : BeforeRelu(_scale, gradient, reluOutput[index]);
    }

    /// <summary>0 where y is; a NaN lets the gradient through.</summary>
    private static float BeforeRelu(float scale, float gradient, float output) => output <= 0 ? 0 : scale * gradient;
}
