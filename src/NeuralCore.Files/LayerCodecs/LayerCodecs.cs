using NeuralCore.Files.Keras;
using NeuralCore.Files.Onnx;

namespace NeuralCore.Files;

/// <summary>All layers that files can hold.</summary>
public static class LayerCodecs
{
    private static readonly object[] BuiltIn =
    [
        new Conv2DCodec(), new DepthwiseConv2DCodec(), new SeparableConv2DCodec(), new DenseCodec(),
        new MaxPooling2DCodec(), new AveragePooling2DCodec(), new GlobalAveragePooling2DCodec(), new GlobalMaxPooling2DCodec(),
        new ZeroPadding2DCodec(), new FlattenCodec(), new ReshapeCodec(), new BatchNormalizationCodec(), new LayerNormalizationCodec(), new AddCodec(), new ConcatenateCodec(), new DropoutCodec(),
        new ReLUCodec(), new LeakyReLUCodec(), new ELUCodec(), new ActivationCodec(), new SoftmaxCodec(),
        new KerasPermute(), new KerasScalingLayers(), new KerasIdleLayers(), new OnnxLayoutOps(), new OnnxScaleOps(), new OnnxClip(),
    ];

    private static readonly Lock Change = new();
    private static readonly Dictionary<string, IKerasReader> Keras = Index<IKerasReader>(reader => reader.KerasClasses);
    private static readonly Dictionary<string, IOnnxReader> Onnx = Index<IOnnxReader>(reader => reader.OnnxOps);

    private static volatile Dictionary<string, LayerCodec> _byKind = Index<LayerCodec>(codec => [codec.Kind]);
    private static volatile Dictionary<Type, LayerCodec> _byType = BuiltIn.OfType<LayerCodec>().ToDictionary(codec => codec.LayerType);

    /// <summary>Makes a layer of one's own known to files, for the rest of the program's run. It may be done again.</summary>
    /// <param name="codec">How it is said.</param>
    /// <exception cref="ArgumentException">The kind is another layer's.</exception>
    public static void Register(LayerCodec codec)
    {
        lock (Change)
        {
            if (_byKind.TryGetValue(codec.Kind, out LayerCodec? known) && known.LayerType != codec.LayerType)
            {
                throw new ArgumentException($"The kind '{codec.Kind}' is that of {known.LayerType.Name} in files: give {codec.LayerType.Name} another one.", nameof(codec));
            }

            _byKind = new Dictionary<string, LayerCodec>(_byKind) { [codec.Kind] = codec };
            _byType = new Dictionary<Type, LayerCodec>(_byType) { [codec.LayerType] = codec };
        }
    }

    /// <summary>How a layer is said; null for one that has no codec.</summary>
    internal static LayerCodec? Find(Layer layer) => _byType.GetValueOrDefault(layer.GetType());

    /// <summary>The layer of a kind; null for a kind that nothing has.</summary>
    internal static LayerCodec? Find(string kind) => _byKind.GetValueOrDefault(kind);

    /// <summary>Who reads a class of Keras; null if it is not read.</summary>
    internal static IKerasReader? ForKeras(string className) => Keras.GetValueOrDefault(className);

    /// <summary>Who reads an operation of ONNX; null if it is not read.</summary>
    internal static IOnnxReader? ForOnnx(string op) => Onnx.GetValueOrDefault(op);

    private static Dictionary<string, T> Index<T>(Func<T, IEnumerable<string>> names) =>
        BuiltIn.OfType<T>().SelectMany(reader => names(reader).Select(name => (name, reader))).ToDictionary(pair => pair.name, pair => pair.reader);
}
