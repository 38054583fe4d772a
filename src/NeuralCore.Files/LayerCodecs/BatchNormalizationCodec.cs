using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>Batch normalization over the channels of images, or over the features of vectors.</summary>
internal sealed class BatchNormalizationCodec : EngineCodec<BatchNormalization>, IKerasReader, IOnnxReader
{
    private const double KerasMomentum = 0.99, KerasEpsilon = 1e-3;
    private const float OnnxMomentum = 0.9f, OnnxEpsilon = 1e-5f;
    private const int OpsetWithoutSpatial = 9;

    private static readonly string[] Names = ["gamma", "beta", "moving_mean", "moving_variance"];

    /// <inheritdoc/>
    public override string Kind => "batch_normalization";

    /// <inheritdoc/>
    public override string KerasClass => "BatchNormalization";

    /// <inheritdoc/>
    public override bool IsBuilt => true;

    /// <inheritdoc/>
    public IReadOnlyList<string> KerasClasses => ["BatchNormalization", "BatchNormalizationV1", "SyncBatchNormalization"];

    /// <inheritdoc/>
    public IReadOnlyList<string> OnnxOps => ["BatchNormalization"];

    /// <inheritdoc/>
    public override Layer Read(LayerSettings settings) =>
        new BatchNormalization(settings.Real("momentum"), settings.Real("epsilon"), settings.FlagOr("center", true), settings.FlagOr("scale", true));

    /// <inheritdoc/>
    public void ReadKeras(KerasCall call)
    {
        KerasSettings settings = call.Settings;
        FileValue input = call.Settled(call.Input);
        double axis = settings.Decimal("axis", -1);
        double place = axis < 0 ? axis + input.Dims.Length : axis - 1;
        Value value = place != Math.Floor(place) || place < 0 || place >= input.Dims.Length
            ? throw settings.Refused("axis", FormattableString.Invariant($"{axis}"))
            : input.Dims.Length == 1 ? call.Vector(input) : call.ChannelsOf(input, (int)place);
        BatchNormalization norm = call.Layer(() => new BatchNormalization(
            settings.Decimal("momentum", KerasMomentum), settings.Decimal("epsilon", KerasEpsilon), settings.Flag("center", true), settings.Flag("scale", true)));
        Value y = call.Apply(norm, value);
        Placement placement = input.Placement;
        foreach (string name in Names.Where(name => norm.Weights.Any(weight => weight.Name == name)))
        {
            call.Take(name, norm, toEngine: input.Dims.Length == 1 && !placement.IsSame ? placement.ToEngine : null);
        }

        call.Output = input.Dims.Length == 1 ? new FileValue(y, placement, input.Dims) : input.With(y);
    }

    /// <inheritdoc/>
    public void ReadOnnx(OnnxCall call)
    {
        OnnxNode node = call.Node;
        if (node.Integer("training_mode", 0) != 0 || (call.Opset < OpsetWithoutSpatial && node.Integer("spatial", 1) != 1) || node.Outputs.Count > 1)
        {
            throw node.Refused("as in training, or over each place by itself");
        }

        node.Integer("spatial", 1);
        node.Integer("is_test", 1);
        node.Integer("consumed_inputs", 0);
        FileValue input = call.Settled(call.Input);
        bool isVector = input.Dims.Length == 1;
        Value value = isVector ? call.Vector(input) : call.Image(input);
        OnnxConstant[] tensors = [.. Enumerable.Range(1, Names.Length).Select(call.Required)];
        double momentum = KerasText.Shortest(node.Number("momentum", OnnxMomentum)), epsilon = KerasText.Shortest(node.Number("epsilon", OnnxEpsilon));
        BatchNormalization norm = call.Shared(string.Join('|', tensors.Select(tensor => tensor.Name)), () => new BatchNormalization(momentum, epsilon));
        Value y = call.Apply(norm, value);
        Placement placement = input.Placement;
        foreach ((string name, OnnxConstant tensor) in Names.Zip(tensors))
        {
            call.Take(norm, name, tensor, isVector && !placement.IsSame ? placement.ToEngine : null);
        }

        call.Give(isVector ? new FileValue(y, placement, input.Dims) : OnnxCall.OfImage(y));
    }

    /// <inheritdoc/>
    protected override void Write(BatchNormalization layer, LayerWriter settings)
    {
        settings.Number("momentum", layer.Momentum);
        settings.Number("epsilon", layer.Epsilon);
        settings.FlagUnless("center", layer.Center, true);
        settings.FlagUnless("scale", layer.Scale, true);
    }

    /// <inheritdoc/>
    protected override void WriteKeras(BatchNormalization layer, KerasWriter keras)
    {
        if (keras.IsKeras3)
        {
            keras.Number("axis", -1);
        }
        else
        {
            keras.Numbers("axis", keras.InputShape.Rank);
        }

        keras.Number("momentum", layer.Momentum);
        keras.Number("epsilon", layer.Epsilon);
        keras.Flag("center", layer.Center);
        keras.Flag("scale", layer.Scale);
        keras.Initializer("beta_initializer", "Zeros");
        keras.Initializer("gamma_initializer", "Ones");
        keras.Initializer("moving_mean_initializer", "Zeros");
        keras.Initializer("moving_variance_initializer", "Ones");
        keras.Null("beta_regularizer", "gamma_regularizer", "beta_constraint", "gamma_constraint");
        if (keras.IsKeras3)
        {
            keras.Flag("synchronized", false);
        }
    }

    /// <inheritdoc/>
    protected override void WriteOnnx(BatchNormalization layer, OnnxCallWriter call)
    {
        int channels = call.InputShape.Extents[^1];
        bool isImage = call.InputShape.Rank == 3;
        if (!isImage && call.InputShape.Rank != 1)
        {
            throw new NotSupportedException($"A batch normalization of {call.InputShape} can not be written to an ONNX file, which has its channels behind the batch");
        }

        string gamma = layer.Scale ? call.Weight("gamma", OnnxOrder.Same, channels) : call.Numbers("ones", [.. Enumerable.Repeat(1f, channels)], channels);
        string beta = layer.Center ? call.Weight("beta", OnnxOrder.Same, channels) : call.Numbers("zeros", new float[channels], channels);
        call.Give(
            isFirst: isImage, "BatchNormalization",
            [isImage ? call.First() : call.Last(), gamma, beta, call.Weight("moving_mean", OnnxOrder.Same, channels), call.Weight("moving_variance", OnnxOrder.Same, channels)],
            ("epsilon", (float)layer.Epsilon), ("momentum", (float)layer.Momentum));
    }
}
