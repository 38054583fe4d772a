using TorchSharp;
using static TorchSharp.torch;
using TorchTensor = TorchSharp.torch.Tensor;

namespace NeuralCore.Peers.Contestants;

/// <summary>Any network of NeuralCore's layers in libtorch: a step for each application of a layer, with the same weights. Channels come first.</summary>
internal sealed class TorchModule : nn.Module<TorchTensor, TorchTensor>
{
    private readonly List<Func<Dictionary<Value, TorchTensor>, TorchTensor>> _steps = [];
    private readonly Model _model;
    private readonly Dictionary<string, float[]> _values;
    private readonly bool _channelsLast;
    private readonly Dictionary<Value, Shape> _flattened = [];

    /// <summary>Translates a network. A softmax at its end is left out: the loss takes what goes into it.</summary>
    /// <param name="model">The network, compiled.</param>
    /// <param name="channelsLast">Whether kernels lie channels-last in memory, and with them what convolutions write.</param>
    /// <exception cref="NotSupportedException">There is no translation of a layer.</exception>
    public TorchModule(Model model, bool channelsLast)
        : base("network")
    {
        (_model, _channelsLast) = (model, channelsLast);
        _values = model.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Read());
        AddSteps(model.Calls, string.Empty);
    }

    /// <inheritdoc/>
    public override TorchTensor forward(TorchTensor input)
    {
        var values = new Dictionary<Value, TorchTensor> { [_model.Input] = input };
        TorchTensor output = input;
        foreach (Func<Dictionary<Value, TorchTensor>, TorchTensor> step in _steps)
        {
            output = step(values);
        }

        return output;
    }

    /// <summary>Adds a step for each layer; of a layer that is composed of others, for each of those.</summary>
    private void AddSteps(IEnumerable<LayerCall> calls, string path)
    {
        foreach (LayerCall call in calls)
        {
            string name = path + _model.NameOf(call.Layer);
            if (call.Inner.Count > 0)
            {
                AddSteps(call.Inner, name + "/");
                continue;
            }

            Func<TorchTensor[], TorchTensor> step = StepOf(call, name);
            _steps.Add(values => values[call.Output] = step([.. call.Inputs.Select(input => values[input])]));
        }
    }

    private Func<TorchTensor[], TorchTensor> StepOf(LayerCall call, string name)
    {
        Shape input = call.Inputs[0].Shape;
        switch (call.Layer)
        {
            case Conv2D layer:
                Conv2DShape conv = layer.OpShape(input);
                return Activated(layer.Activation, Convolution(name, conv.Window, conv.Channels, conv.Filters, groups: 1));
            case DepthwiseConv2D layer:
                // The filters of a channel follow one another here as there.
                DepthwiseConv2DShape depthwise = layer.OpShape(input);
                return Activated(layer.Activation, Convolution(name, depthwise.Window, channels: 1, depthwise.Filters, groups: depthwise.Channels));
            case Dense layer:
                return Activated(layer.Activation, Dense(name, call.Inputs[0], layer.Units));
            case MaxPooling2D layer when layer.OpShape(input).Window is { Border.IsEmpty: true } window:
                return inputs => nn.functional.max_pool2d(inputs[0], Pair(window.Kernel), Pair(window.Strides));
            case AveragePooling2D layer when layer.OpShape(input).Window is { Border.IsEmpty: true } window:
                return inputs => nn.functional.avg_pool2d(inputs[0], Pair(window.Kernel), Pair(window.Strides));
            case GlobalAveragePooling2D { KeepDims: false }:
                return inputs => inputs[0].mean([2, 3]);
            case BatchNormalization layer:
                return Normalization(name, layer, input[input.Rank - 1]);
            case Add:
                return inputs => inputs.Aggregate((sum, term) => sum + term);
            case Concatenate when input.Rank == 3 && call.Output.Shape[2] > input[2]:
                return inputs => cat(inputs, 1);
            case Dropout layer:
                return inputs => nn.functional.dropout(inputs[0], layer.Rate, training);
            case Flatten:
                _flattened[call.Output] = call.Inputs[0].Shape;
                return inputs => inputs[0].flatten(1);
            case ReLU:
                return inputs => inputs[0].relu();
            default:
                throw new NotSupportedException($"The layer {call.Layer.Kind} has no translation to libtorch here.");
        }
    }

    private static Func<TorchTensor[], TorchTensor> Activated(Activation activation, Func<TorchTensor[], TorchTensor> step) =>
        activation == Activation.Relu ? inputs => step(inputs).relu_() : step;

    /// <summary>A convolution in groups, in which each filter sees the channels of its own group.</summary>
    private Func<TorchTensor[], TorchTensor> Convolution(string name, Window2D window, int channels, int filters, int groups)
    {
        TorchTensor weight = Parameter(
            name + "/kernel", values => Filters(values, window.Kernel.Height * window.Kernel.Width, channels, filters),
            [filters, channels, window.Kernel.Height, window.Kernel.Width], _channelsLast);
        TorchTensor? bias = Bias(name, filters);
        long[] strides = Pair(window.Strides), dilation = Pair(window.Dilation);
        Border border = window.Border;
        if (border.Top == border.Bottom && border.Left == border.Right)
        {
            return inputs => nn.functional.conv2d(inputs[0], weight, bias, strides, [border.Top, border.Left], dilation, groups);
        }

        return inputs => nn.functional.conv2d(
            nn.functional.pad(inputs[0], [border.Left, border.Right, border.Top, border.Bottom]), weight, bias, strides, [0, 0], dilation, groups);
    }

    private Func<TorchTensor[], TorchTensor> Normalization(string name, BatchNormalization layer, int channels)
    {
        TorchTensor? gamma = layer.Scale ? Parameter(name + "/gamma", values => values, [channels]) : null;
        TorchTensor? beta = layer.Center ? Parameter(name + "/beta", values => values, [channels]) : null;
        TorchTensor mean = Buffer(name + "/moving_mean", channels), variance = Buffer(name + "/moving_variance", channels);
        return inputs => nn.functional.batch_norm(inputs[0], mean, variance, gamma, beta, training, 1 - layer.Momentum, layer.Epsilon);
    }

    private TorchTensor Buffer(string name, int count)
    {
        TorchTensor values = tensor(_values[name]).reshape(count);
        register_buffer(name.Replace('/', '_'), values);
        return values;
    }

    private Func<TorchTensor[], TorchTensor> Dense(string name, Value input, int units)
    {
        // Rows behind a flatten are (pixel, channel) here and (channel, pixel) there.
        Shape from = _flattened.TryGetValue(input, out Shape image) && image.Rank == 3 ? image : new Shape(1, 1, input.Shape.Count);
        TorchTensor weight = Parameter(name + "/kernel", values => Filters(values, from[0] * from[1], from[2], units), [units, input.Shape.Count]);
        TorchTensor? bias = Bias(name, units);
        return inputs => nn.functional.linear(inputs[0], weight, bias);
    }

    private TorchTensor? Bias(string name, int count) =>
        _values.ContainsKey(name + "/bias") ? Parameter(name + "/bias", values => values, [count]) : null;

    private static long[] Pair(Size2D size) => [size.Height, size.Width];

    private TorchTensor Parameter(string name, Func<float[], float[]> arrange, long[] shape, bool channelsLast = false)
    {
        using IDisposable scope = NewDisposeScope();
        TorchTensor values = tensor(arrange(_values[name])).reshape(shape);
        values = channelsLast ? values.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : values;
        var parameter = new TorchSharp.Modules.Parameter(values.MoveToOuterDisposeScope());
        register_parameter(name.Replace('/', '_'), parameter);
        return parameter;
    }

    /// <summary>(place, channel, unit) becomes (unit, channel, place).</summary>
    private static float[] Filters(float[] values, int places, int channels, int units)
    {
        var result = new float[values.Length];
        for (int place = 0; place < places; place++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int unit = 0; unit < units; unit++)
                {
                    result[(((unit * channels) + channel) * places) + place] = values[(((place * channels) + channel) * units) + unit];
                }
            }
        }

        return result;
    }
}
