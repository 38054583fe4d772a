using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Fully connected layers.</summary>
internal sealed class DenseCodec : EngineCodec<Dense>, IKerasReader, IOnnxReader
{
    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override string KerasClass => "Dense";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["Dense"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["Gemm", "MatMul"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) =>
        new Dense(settings.Number("units", LayerSettings.LargestWidth), settings.Choice<Activation>("activation"), settings.FlagOr("use_bias", true));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        bool hasBias = settings.Flag("use_bias", true);
        if (call.Input.Dims.Length == 3)
        {
            ReadOverImage(call, hasBias);
            return;
        }

        if (call.Input.Dims.Length != 1)
        {
            throw new ArgumentException($"It takes a flat input, not one of {string.Join('x', call.Input.Dims)}: put a Flatten before it.");
        }

        KerasFunction function = call.Function(mayBeSoftmax: true);
        Dense dense = call.Layer(() => new Dense(settings.Number("units"), function.Activation, hasBias));
        Value vector = call.Vector(call.Input);
        Placement placement = call.Input.Placement;
        Value y = call.Activate(function, call.Apply(dense, vector));
        call.Take("kernel", dense, toEngine: placement.IsSame ? null : kernel => Rows(kernel, placement, dense.Units));
        if (hasBias)
        {
            call.Take("bias", dense);
        }

        call.Output = KerasCall.OfValue(y);
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        OnnxConstant matrix = call.Required(1);
        bool isTransposed = node.Op == "Gemm" && node.Integer("transB", 0) != 0;
        if (node.Op == "MatMul" && call.Input.Dims.Length == 3)
        {
            ReadOverImage(call, matrix);
            return;
        }

        if (call.Input.Dims.Length != 1)
        {
            throw node.Refused("after something that is not flattened");
        }

        if (matrix.Dims is not [var rows and > 0, var columns and > 0] || (isTransposed ? columns : rows) != call.Input.Count)
        {
            throw node.Refused($"with a matrix of {string.Join('x', matrix.Dims)} for {call.Input.Count} features");
        }

        (float alpha, float beta) = node.Op == "Gemm" ? (node.Number("alpha", 1), node.Number("beta", 1)) : (1, 1);
        if (node.Op == "Gemm" && node.Integer("transA", 0) != 0)
        {
            throw node.Refused("with 'transA'");
        }

        int units = isTransposed ? rows : columns;
        OnnxConstant? bias = node.Op == "Gemm" && call.Has(2) ? call.Required(2) : null;
        if (bias is not null && !IsBias(bias, units))
        {
            throw node.Refused($"with a bias of {string.Join('x', bias.Dims)}");
        }

        if (bias is null && call.Follow(next => next.Op == "Add" && next.Inputs.Select(call.ConstantOf).Any(constant => constant is not null && IsBias(constant, units))) is { } added)
        {
            (bias, beta) = (added.Inputs.Select(call.ConstantOf).First(constant => constant is not null), 1);
        }

        Activation activation = OnnxActivations.Follow(call, mayBeSoftmax: true);
        Dense dense = call.Shared($"{matrix.Name}|{bias?.Name}|{activation}", () => new Dense(units, activation, bias is not null));
        Value vector = call.Vector(call.Input);
        Placement placement = call.Input.Placement;
        Value y = call.Apply(dense, vector);
        Shape shape = dense.Weights[0].Shape;
        call.Take(dense, "kernel", matrix, values => Rows(Scaled(isTransposed ? OnnxOrder.Transposed.ToEngine(values, shape) : values, alpha), placement, units));
        switch (bias)
        {
            case null:
                break;
            case { Count: 1 } when units > 1:
                call.Fill(dense, "bias", (float)bias.Scalar()! * beta);
                break;
            default:
                call.Take(dense, "bias", bias, values => Scaled(values, beta));
                break;
        }

        call.Give(OnnxCall.OfVector(y));
    }

    /// <inheritdoc/>
    protected override void Write(Dense layer, LayerWriter settings)
    {
        settings.Number("units", layer.Units);
        settings.Choice("activation", layer.Activation);
        settings.FlagUnless("use_bias", layer.UseBias, true);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(Dense layer, KerasWriter keras)
    {
        keras.Number("units", layer.Units);
        keras.Activation(layer.Activation);
        keras.Flag("use_bias", layer.UseBias);
        keras.Initializer("kernel_initializer", "GlorotUniform");
        keras.Initializer("bias_initializer", "Zeros");
        keras.Null("kernel_regularizer", "bias_regularizer");
        if (!keras.IsKeras3)
        {
            keras.Null("activity_regularizer");
        }

        keras.Null("kernel_constraint", "bias_constraint");
        if (keras.IsKeras3)
        {
            keras.Null("quantization_config");
        }
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(Dense layer, OnnxCallWriter call)
    {
        string kernel = call.Weight("kernel", OnnxOrder.Same, call.InputShape.Count, layer.Units);
        if (layer.UseBias)
        {
            call.Give(layer.Activation, isFirst: false, "Gemm", [call.Last(), kernel, call.Weight("bias", OnnxOrder.Same, layer.Units)]);
        }
        else
        {
            call.Give(layer.Activation, isFirst: false, "MatMul", [call.Last(), kernel]);
        }
    }

    /// <summary>Keras applies the layer to the last axis, whatever stands before it: of an image that is a convolution with a kernel of one pixel.</summary>
    private static void ReadOverImage(KerasCall call, bool hasBias)
    {
        KerasFunction function = call.Function(mayBeSoftmax: false);
        Conv2D conv = call.Layer(() => new Conv2D(call.Settings.Number("units"), 1, activation: function.Activation, useBias: hasBias));
        Value image = call.LastImage(call.Input);
        Value y = call.Activate(function, call.Apply(conv, image));
        call.Take("kernel", conv, shape: new Shape(image.Shape[2], conv.Filters), toEngine: kernel => kernel);
        if (hasBias)
        {
            call.Take("bias", conv);
        }

        call.Output = KerasCall.OfValue(y);
    }

    /// <summary>ONNX multiplies the last axis, too, and the sum behind it is over that axis.</summary>
    private static void ReadOverImage(OnnxCall call, OnnxConstant matrix)
    {
        Value image = call.LastImage(call.Input);
        if (matrix.Dims is not [var rows and > 0, var units and > 0] || rows != image.Shape[2])
        {
            throw call.Node.Refused($"with a matrix of {string.Join('x', matrix.Dims)} for {image.Shape[2]} channels");
        }

        OnnxConstant? bias = call.Follow(next => next.Op == "Add" && next.Inputs.Select(call.ConstantOf).Any(IsWhole)) is { } added ? added.Inputs.Select(call.ConstantOf).First(IsWhole) : null;
        Activation activation = OnnxActivations.Follow(call, mayBeSoftmax: false);
        Conv2D conv = call.Shared($"{matrix.Name}|{bias?.Name}|{activation}", () => new Conv2D(units, 1, activation: activation, useBias: bias is not null));
        Value y = call.Apply(conv, image);
        call.Take(conv, "kernel", matrix);
        if (bias is not null)
        {
            call.Take(conv, "bias", bias);
        }

        call.Give(OnnxCall.OfLastImage(y));

        bool IsWhole(OnnxConstant? constant) => constant is not null && constant.Count == units && IsBias(constant, units);
    }

    /// <summary>The rows of a matrix in the order in which the engine has the features.</summary>
    private static float[] Rows(float[] matrix, Placement placement, int units)
    {
        if (placement.IsSame)
        {
            return matrix;
        }

        int[] places = placement.Places();
        var moved = new float[matrix.Length];
        for (int row = 0; row < places.Length; row++)
        {
            matrix.AsSpan(row * units, units).CopyTo(moved.AsSpan(places[row] * units));
        }

        return moved;
    }

    private static float[] Scaled(float[] values, float factor) => factor == 1 ? values : Array.ConvertAll(values, value => value * factor);

    private static bool IsBias(OnnxConstant constant, int units) =>
        (constant.Count == units || constant.Count == 1) && constant.Dims.SkipLast(1).All(dim => dim == 1) && constant.Dims.Length <= 2;
}
