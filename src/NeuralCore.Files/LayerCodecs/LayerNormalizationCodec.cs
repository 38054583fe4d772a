using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Layer normalization over the last axis.</summary>
internal sealed class LayerNormalizationCodec : EngineCodec<LayerNormalization>, IKerasReader
{
    private const double KerasEpsilon = 1e-3;
    private const int FirstOpset = 17;

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
    public override Layer Read(LayerSettings settings) =>
        new LayerNormalization(settings.Real("epsilon"), settings.FlagOr("center", true), settings.FlagOr("scale", true));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        FileValue input = call.Settled(call.Input);
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
        if (call.Opset < FirstOpset)
        {
            throw new NotSupportedException($"A layer normalization needs version {FirstOpset} of ONNX's operations or a later one");
        }

        int features = call.InputShape.Extents[^1];
        string gamma = layer.Scale ? call.Weight("gamma", OnnxOrder.Same, features) : call.Numbers("ones", [.. Enumerable.Repeat(1f, features)], features);
        string beta = layer.Center ? call.Weight("beta", OnnxOrder.Same, features) : call.Numbers("zeros", new float[features], features);
        call.Give(isFirst: false, "LayerNormalization", [call.Last(), gamma, beta], ("axis", -1L), ("epsilon", (float)layer.Epsilon));
    }
}
