using NeuralCore.Simd;
using Xunit;

namespace NeuralCore.Tests.Training;

/// <summary>Every vector width that a CPU backend can be made with.</summary>
public sealed class AllWidths : TheoryData<SimdWidth>
{
    public AllWidths()
        : base(SimdWidth.Portable, SimdWidth.Bits128, SimdWidth.Bits256, SimdWidth.Bits512)
    {
    }
}
