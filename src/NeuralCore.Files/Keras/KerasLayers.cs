using System.Text.Json;
using NeuralCore.Ops;

namespace NeuralCore.Files.Keras;

/// <summary>
/// Turns a chain of Keras layers into layers of the engine, and keeps account of which Keras layer each kernel and bias comes from.
/// </summary>
internal sealed class KerasLayers
{
    private const int LargestExtent = 32_767;
    private const int MostAxes = 3;

    private readonly List<Layer> _layers = [];
    private readonly List<string> _remarks = [];
    private readonly List<bool> _biases = [];
    private int[]? _input;
    private Shape _shape;

    /// <summary>How many tensors each outermost layer keeps, and whether each kernel in it has a bias.</summary>
    public List<(KerasLayer Layer, IReadOnlyList<bool> Biases)> Weights { get; } = [];

    /// <summary>The preprocessing that a <c>Rescaling</c> of the input stands for; null where there is none.</summary>
    public Preprocessing? Preprocessing { get; private set; }

    /// <summary>What was understood differently from what is written: sentences that follow "The file ...".</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Reads a chain.</summary>
    /// <exception cref="InvalidDataException">A layer is unknown to the engine; the message completes "the file ...".</exception>
    public static KerasLayers Read(IReadOnlyList<KerasLayer> chain)
    {
        var read = new KerasLayers();
        foreach (KerasLayer layer in chain)
        {
            read._biases.Clear();
            try
            {
                read.Add(layer);
            }
            catch (ArgumentException failure)
            {
                throw new InvalidDataException(
                    $"has the layer {FileText.Quote(layer.Name)} where it does not fit ({failure.Message.TrimEnd('.')})", failure);
            }

            read.Weights.Add((layer, [.. read._biases]));
        }

        read.Finish();
        return read;
    }

    /// <summary>The engine's layers.</summary>
    /// <param name="preprocessing">How raw values are prepared.</param>
    public IReadOnlyList<Layer> Layers(Preprocessing preprocessing) => [new Input(InputShape(), preprocessing), .. _layers];

    private void Add(KerasLayer layer)
    {
        if (layer.Inner is { } inner)
        {
            foreach (KerasLayer part in inner)
            {
                Add(part);
            }

            return;
        }

        var settings = new KerasSettings(layer.Name, layer.ClassName, layer.Config);
        ReadInput(settings);
        switch (layer.ClassName)
        {
            case "InputLayer" or "Activation" or "Softmax" or "ReLU" or "Rescaling" or "Reshape" or "Flatten" or "Dropout":
                AddWeightless(settings);
                break;
            case "Conv2D" or "Convolution2D":
                RequireChannelsLast(settings);
                settings.RequireNumber("groups", 1);
                if (settings.Square("dilation_rate", 1) != 1)
                {
                    throw settings.Refused("dilation_rate", "something else than 1");
                }

                AddConv(settings, settings.Activation("activation"));
                break;
            case "MaxPooling2D" or "MaxPool2D":
                RequireChannelsLast(settings);
                int window = settings.Square("pool_size", 2);
                Append(new MaxPooling2D(window, settings.Square("strides", window), settings.Padding()));
                break;
            case "Dense":
                _biases.Add(settings.Flag("use_bias", true));
                Append(new Dense(settings.Number("units"), settings.Activation("activation")));
                break;
            default:
                throw new InvalidDataException($"has {settings.Layer}, which this program has nothing for");
        }
    }

    private void AddConv(KerasSettings settings, Activation activation)
    {
        if (activation == Activation.Softmax)
        {
            throw settings.Refused("activation", "softmax");
        }

        _biases.Add(settings.Flag("use_bias", true));
        Append(new Conv2D(
            settings.Number("filters"), settings.Square("kernel_size"), settings.Square("strides", 1), settings.Padding(), activation));
    }

    private void AddWeightless(KerasSettings settings)
    {
        switch (settings.ClassName)
        {
            case "InputLayer":
                break;
            case "Activation":
                Activate(settings, settings.Activation("activation"));
                break;
            case "Softmax":
                settings.RequireNumber("axis", -1);
                Activate(settings, Activation.Softmax);
                break;
            case "ReLU":
                KerasSettings.RequirePlainRelu(settings);
                Activate(settings, Activation.Relu);
                break;
            case "Flatten":
                RequireChannelsLast(settings);
                Append(new Flatten());
                break;
            case "Dropout":
                if (settings.Find("noise_shape") is not null)
                {
                    throw settings.Refused("noise_shape", "a shape");
                }

                Append(new Dropout(settings.Fraction("rate")));
                break;
            case "Rescaling":
                Rescale(settings);
                break;
            default:
                Reshape(settings);
                break;
        }
    }

    private void Activate(KerasSettings settings, Activation activation)
    {
        if (activation == Activation.Relu)
        {
            Append(new ReLU());
        }
        else if (activation == Activation.Softmax)
        {
            // The engine's softmax belongs to the dense layer before it.
            _layers[^1] = _layers is [.., Dense { Activation: Activation.Linear } dense]
                ? new Dense(dense.Units, Activation.Softmax)
                : throw new InvalidDataException($"has {settings.Layer} with a softmax that follows no dense layer, which this program does not know");
        }
    }

    /// <summary>Dividing pixels by 255 before all else is what the engine calls scaling.</summary>
    private void Rescale(KerasSettings settings)
    {
        if (_layers.Count > 0 || Preprocessing is not null || Math.Abs(settings.Decimal("scale", 1) - (1 / 255.0)) > 1e-9)
        {
            throw settings.Refused("scale", "something else than 1/255 of the input");
        }

        settings.RequireNumber("offset", 0);
        Preprocessing = NeuralCore.Preprocessing.Scale;
    }

    private void Reshape(KerasSettings settings)
    {
        int[]? target = settings.Find("target_shape") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() <= MostAxes + 1
            ? [.. list.EnumerateArray().Select(element => element.TryGetInt32(out int extent) ? extent : 0)]
            : null;
        int count = _shape.Count;
        if (target is [-1] || (target is [var only] && only == count))
        {
            Append(new Flatten());
        }
        else if (target is { Length: 2 or 3 } && _layers.Count == 0 && IsImage(target[0], target[1], target.ElementAtOrDefault(2)))
        {
            // The first layer may say how rows of numbers are an image.
            _input = [target[0], target[1], count / (target[0] * target[1])];
            _shape = InputShape();
        }
        else
        {
            throw settings.Refused("target_shape", "a shape that is not the flattened one");
        }

        bool IsImage(int rows, int columns, int channels) =>
            rows > 0 && columns > 0 && channels >= 0 && (long)rows * columns * Math.Max(channels, 1) == count;
    }

    private void Append(Layer layer)
    {
        _shape = layer.OutputShape(_input is null ? throw new InvalidDataException("does not say of which size its images are") : _shape);
        _layers.Add(layer);
    }

    /// <summary>Keras 2 and 3 say the shape of a batch in different words, in an input layer or in the first of the others.</summary>
    private void ReadInput(KerasSettings settings)
    {
        if (_input is not null)
        {
            return;
        }

        int skip = 1;
        JsonElement? given = settings.Find("batch_shape") ?? settings.Find("batch_input_shape");
        if (given is null)
        {
            (given, skip) = (settings.Find("shape") ?? settings.Find("input_shape"), 0);
        }

        if (given is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() > MostAxes + skip)
        {
            return;
        }

        int[] extents = [.. list.EnumerateArray().Skip(skip).Select(element => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int extent) ? extent : 0)];
        if (extents.Length == 0 || extents.Any(extent => extent is < 1 or > LargestExtent))
        {
            throw new InvalidDataException($"leaves open of which size the images are that {settings.Layer} takes; give the network a fixed size");
        }

        // Rows and columns without a channel are one channel.
        _input = extents.Length == 2 ? [.. extents, 1] : extents;
        _shape = InputShape();
    }

    private Shape InputShape() => new(_input ?? throw new InvalidDataException("does not say of which size its images are"));

    private void Finish()
    {
        if (_layers is [.., Dense { Activation: Activation.Linear } dense])
        {
            _layers[^1] = new Dense(dense.Units, Activation.Softmax);
            _remarks.Add("ends without a softmax, which is added, so that it gives probabilities");
        }

        if (Weights.Any(layer => layer.Biases.Contains(false)))
        {
            _remarks.Add("has layers without a bias, which get one of zeros");
        }
    }

    private static void RequireChannelsLast(KerasSettings settings) => settings.RequireText("data_format", "channels_last");
}
