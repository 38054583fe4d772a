namespace NeuralCore.Gpu.Kernels;

/// <summary>A compensated sum in a kernel: <see cref="NeuralCore.Kernels.CompensatedSum{TSimd, TVec}"/> says what it is.</summary>
internal struct DeviceSum
{
    public float Sum;
    public float Error;

    /// <summary>The sum; where it is infinite or no number, that.</summary>
    public readonly float Value => IsFinite(Sum) ? Sum + Error : Sum;

    /// <summary>Adds a number.</summary>
    public void Add(float value)
    {
        float sum = Sum + value, added = sum - Sum;
        Error += (Sum - (sum - added)) + (value - added);
        Sum = sum;
    }

    /// <summary>Adds a sum, and what was rounded off it.</summary>
    public void Add(DeviceSum other)
    {
        Add(other.Sum);
        Error += other.Error;
    }

    private static bool IsFinite(float value) => (ILGPU.Interop.FloatAsInt(value) & 0x7F800000u) != 0x7F800000u;
}
