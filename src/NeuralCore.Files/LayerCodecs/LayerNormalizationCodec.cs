using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Layer normalization over the last axis.</summary>
internal sealed class LayerNormalizationCodec : EngineCodec<LayerNormalization>, IKerasReader, IOnnxReader
{
    private const double KerasEpsilon = 1e-3;
    private const float OnnxEpsilon = 1e-5f;
    private const int FirstOpset = 17;

    private const int MostAxes = 8;

    private static readonly string[] Names = ["gamma", "beta"];

    /// <inheritdoc/>
    public override string Kind => "layer_normalization";

    /// <inheritdoc/>
    public override string KerasClass => "LayerNormalization";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["LayerNormalization"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["LayerNormalization"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) =>
        new LayerNormalization(settings.Real("epsilon"), settings.FlagOr("center", true), settings.FlagOr("scale", true));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        FileValue input = call.SettledAxes(call.Input);
        if (settings.Decimal("axis", -1) is var axis && axis != -1 && axis != input.Dims.Length)
        {
            throw settings.Refused("axis", FormattableString.Invariant($"{axis}"));
        }

        bool isVector = input.Dims.Length == 1;
        if (!isVector)
        {
            call.RequireLastAxis(input);
        }

        LayerNormalization norm = call.Layer(() => new LayerNormalization(settings.Decimal("epsilon", KerasEpsilon), settings.Flag("center", true), settings.Flag("scale", true)));
        Value y = call.Apply(norm, isVector ? call.Vector(input) : input.Value);
        Placement placement = input.Placement;
        foreach (string name in Names.Where(name => norm.Weights.Any(weight => weight.Name == name)))
        {
            call.Take(name, norm, toEngine: isVector && !placement.IsSame ? placement.ToEngine : null);
        }

        call.Output = input.With(y);
    }

    /// <summary>Reads one over the last axis, or over all axes behind the batch, for which an image is flattened and gets its axes back.</summary>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        if (node.Outputs.Skip(1).Any(output => output.Length > 0))
        {
            throw node.Refused("that also gives its mean or deviation");
        }

        node.Integer("stash_type", 1);
        FileValue input = call.SettledAxes(call.Input);
        int rank = input.Dims.Length;
        long axis = node.Integer("axis", -1);
        long[] axes = [.. (node.Integers("axes") ?? (axis < 0 ? [.. Range(axis, -axis)] : [.. Range(axis, rank + 1 - axis)])).Select(at => at < 0 ? at + rank : at - 1).Order()];
        bool isOverAll = axes.SequenceEqual(Range(0, rank)), isOverLast = axes is [var last] && last == rank - 1;
        if (!isOverAll && (!isOverLast || input.EngineAxis(rank - 1) != input.Value.Shape.Rank - 1))
        {
            throw node.Refused($"over the axes {string.Join(", ", axes.Select(at => at + 1))} of a tensor of {rank + 1}");
        }

        OnnxConstant? gamma = call.Has(1) ? call.Required(1) : null, beta = call.Has(2) ? call.Required(2) : null;
        double epsilon = KerasText.Shortest(node.Number("epsilon", OnnxEpsilon));
        LayerNormalization norm = call.Shared($"{gamma?.Name}|{beta?.Name}", () => new LayerNormalization(epsilon, center: beta is not null, scale: gamma is not null));
        Value y = call.Apply(norm, isOverAll ? call.Vector(input) : input.Value);
        foreach ((string name, OnnxConstant? tensor) in Names.Zip([gamma, beta]))
        {
            if (tensor is not null)
            {
                call.Take(norm, name, tensor, isOverAll ? input.Placement.ToEngine : null);
            }
        }

        Shape shape = input.Value.Shape;
        call.Give(new FileValue(y.Shape == shape ? y : call.Apply(call.New(new Reshape(shape.Extents)), y), input.Placement, input.Dims));

        static IEnumerable<long> Range(long first, long count) => Enumerable.Range(0, (int)Math.Clamp(count, 0, MostAxes)).Select(i => first + i);
    }

    /// <inheritdoc/>
    protected override void Write(LayerNormalization layer, LayerWriter settings)
    {
        settings.Number("epsilon", layer.Epsilon);
        settings.FlagUnless("center", layer.Center, true);
        settings.FlagUnless("scale", layer.Scale, true);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(LayerNormalization layer, KerasWriter keras)
    {
        if (keras.IsKeras3)
        {
            keras.Number("axis", -1);
        }
        else
        {
            keras.Numbers("axis", keras.InputShape.Rank);
        }

        keras.Number("epsilon", layer.Epsilon);
        keras.Flag("center", layer.Center);
        keras.Flag("scale", layer.Scale);
        keras.Initializer("beta_initializer", "Zeros");
        keras.Initializer("gamma_initializer", "Ones");
        keras.Null("beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint");
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(LayerNormalization layer, OnnxCallWriter call)
    {
        int features = call.InputShape.Extents[^1];
        if (call.Opset < FirstOpset)
        {
            WriteParts(layer, call, features);
            return;
        }

        string gamma = layer.Scale ? call.Weight("gamma", OnnxOrder.Same, features) : call.Numbers("ones", [.. Enumerable.Repeat(1f, features)], features);
        string beta = layer.Center ? call.Weight("beta", OnnxOrder.Same, features) : call.Numbers("zeros", new float[features], features);
        call.Give(isFirst: false, "LayerNormalization", [call.Last(), gamma, beta], ("axis", -1L), ("epsilon", (float)layer.Epsilon));
    }

    /// <summary>Writes the nodes that exporters write where ONNX has no operation for it yet.</summary>
    private static void WriteParts(LayerNormalization layer, OnnxCallWriter call, int features)
    {
        string input = call.Last();
        (string, object)[] mean = [("axes", (long[])[call.InputShape.Rank]), ("keepdims", 1L)];
        string deviation = call.Node("Sub", [input, call.Node("ReduceMean", [input], mean)]);
        string variance = call.Node("ReduceMean", [call.Node("Mul", [deviation, deviation])], mean);
        string root = call.Node("Sqrt", [call.Node("Add", [variance, call.Numbers("epsilon", [(float)layer.Epsilon], [])])]);
        List<(string Op, string By)> steps = [("Div", root)];
        if (layer.Scale)
        {
            steps.Add(("Mul", call.Weight("gamma", OnnxOrder.Same, features)));
        }

        if (layer.Center)
        {
            steps.Add(("Add", call.Weight("beta", OnnxOrder.Same, features)));
        }

        string value = deviation;
        foreach ((string op, string by) in steps.SkipLast(1))
        {
            value = call.Node(op, [value, by]);
        }

        call.Give(isFirst: false, steps[^1].Op, [value, steps[^1].By]);
    }
}
