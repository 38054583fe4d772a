namespace NeuralCore.Gpu.Kernels;

/// <summary>
/// The weights of a convolution as the right factor of dx = dz x weights': outer is a channel, inner a tap and a filter of it. In memory
/// the filters of a channel are contiguous, and the channels of a tap. Filters are a multiple of 4.
/// </summary>
internal readonly struct WeightsByChannel(ConvSizes sizes) : IOperand<WeightsByChannel, WeightCursor>
{
    private readonly ConvSizes _s = sizes;

    public static bool IsAlongInner => true;

    public static bool IsVector => true;

    public static WeightCursor At(WeightsByChannel self, int outer, int inner)
    {
        int tap = inner / self._s.Filters;
        return new WeightCursor(
            ((tap * self._s.Channels) + outer) * self._s.Filters, inner - (tap * self._s.Filters),
            outer < self._s.Channels ? inner : self._s.GradientTerms);
    }

    public static WeightCursor Advance(WeightsByChannel self, WeightCursor cursor, int inner)
    {
        int first = cursor.First, o = cursor.O + inner;
        while (o >= self._s.Filters)
        {
            o -= self._s.Filters;
            first += self._s.Channels * self._s.Filters;
        }

        return new WeightCursor(first, o, cursor.Inner + inner);
    }

    public static Float4 Load(WeightsByChannel self, OperandMemory memory, WeightCursor cursor) =>
        cursor.Inner < self._s.GradientTerms ? Plain.VectorAt(default, memory, cursor.First + cursor.O) : default;
}

/// <summary>A place in <see cref="WeightsByChannel"/>: where the filters of a channel of a tap begin, a filter, and the inner index.</summary>
internal readonly struct WeightCursor(int first, int o, int inner)
{
    public readonly int First = first;
    public readonly int O = o;
    public readonly int Inner = inner;
}

/// <summary><see cref="WeightsByChannel"/> for any number of filters.</summary>
internal readonly struct WeightElements(ConvSizes sizes) : IElements<WeightElements>
{
    private readonly ConvSizes _s = sizes;

    public static float At(WeightElements self, OperandMemory memory, int outer, int inner)
    {
        ConvSizes s = self._s;
        int tap = inner / s.Filters;
        return outer < s.Channels && inner < s.GradientTerms
            ? memory.Values[(((tap * s.Channels) + outer) * s.Filters) + inner - (tap * s.Filters)]
            : 0;
    }
}
