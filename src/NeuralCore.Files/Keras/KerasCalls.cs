using NeuralCore.Ops;

namespace NeuralCore.Files.Keras;

/// <summary>
/// The applications of layers as Keras can say them. Padding in pixels becomes a layer of its own there, and Keras 2.4 has no pooling that keeps the
/// axes that it pools over: it is reshaped behind.
/// </summary>
internal static class KerasCalls
{
    /// <summary>The applications, in order.</summary>
    /// <exception cref="NotSupportedException">Keras has nothing for a padding.</exception>
    public static IReadOnlyList<WrittenCall> Of(WrittenNetwork network, KerasLayout layout)
    {
        var calls = new List<WrittenCall>();
        var padding = new Dictionary<Layer, ZeroPadding2D>(ReferenceEqualityComparer.Instance);
        foreach (WrittenCall call in network.Calls)
        {
            if (BorderOf(call) is { } border)
            {
                if (!padding.TryGetValue(call.Layer, out ZeroPadding2D? zeros))
                {
                    padding[call.Layer] = zeros = new ZeroPadding2D(border);
                }

                Value padded = zeros.Apply(call.Inputs[0]);
                calls.Add(new WrittenCall(zeros, $"{call.Name}_padding", IsTrainable: true, call.Inputs, padded));
                calls.Add(call with { Inputs = [padded] });
            }
            else if (layout == KerasLayout.Keras2 && call.Layer is GlobalAveragePooling2D { KeepDims: true } or GlobalMaxPooling2D { KeepDims: true })
            {
                Layer flat = call.Layer is GlobalAveragePooling2D ? new GlobalAveragePooling2D() : new GlobalMaxPooling2D();
                Value pooled = flat.Apply(call.Inputs[0]);
                calls.Add(call with { Layer = flat, Output = pooled });
                calls.Add(new WrittenCall(new Reshape(call.Output.Shape.Extents), $"{call.Name}_axes", IsTrainable: true, [pooled], call.Output));
            }
            else
            {
                calls.Add(call);
            }
        }

        return calls;
    }

    private static Border? BorderOf(WrittenCall call) => call.Layer switch
    {
        Conv2D conv => conv.ExplicitPadding,
        DepthwiseConv2D conv => conv.ExplicitPadding,
        AveragePooling2D { ExplicitPadding: { } border } pool => pool.CountsPadding || border.IsEmpty
            ? border
            : throw Refused(call, "average pooling whose padding in pixels does not count"),
        MaxPooling2D { ExplicitPadding: { } border } => border.IsEmpty || IsPositive(call.Inputs[0])
            ? border
            : throw Refused(call, "max-pooling with padding in pixels, since zeros could win over what is negative"),
        _ => null,
    };

    private static bool IsPositive(Value value) => value.Maker is ReLUNode || value.Maker is SoftmaxNode || (value.Maker is IdentityNode same && IsPositive(same.Input));

    private static NotSupportedException Refused(WrittenCall call, string what) =>
        new($"The layer {call.Name} can not be written to a file of Keras, which has no {what}");
}
