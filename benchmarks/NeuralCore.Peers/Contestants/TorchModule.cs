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
        foreach (LayerCall call in model.Calls)
        {
            Func<TorchTensor[], TorchTensor> step = StepOf(call);
            _steps.Add(values => values[call.Output] = step([.. call.Inputs.Select(input => values[input])]));
        }
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

    private Func<TorchTensor[], TorchTensor> StepOf(LayerCall call)
    {
        string name = _model.NameOf(call.Layer);
        switch (call.Layer)
        {
            case Conv2D layer:
                return Activated(layer.Activation, Convolution(layer, name, call.Inputs[0].Shape));
            case Dense layer:
                return Activated(layer.Activation, Dense(name, call.Inputs[0], layer.Units));
            case MaxPooling2D layer:
                return inputs => nn.functional.max_pool2d(inputs[0], layer.PoolSize, layer.Stride);
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

    private Func<TorchTensor[], TorchTensor> Convolution(Conv2D layer, string name, Shape input)
    {
        Conv2DShape shape = layer.OpShape(input);
        TorchTensor weight = Parameter(
            name + "/kernel", values => Filters(values, shape.KernelHeight * shape.KernelWidth, shape.Channels, shape.Filters),
            [shape.Filters, shape.Channels, shape.KernelHeight, shape.KernelWidth], _channelsLast);
        TorchTensor bias = Parameter(name + "/bias", values => values, [shape.Filters]);
        int bottom = shape.PaddedHeight - shape.Height - shape.PadTop, right = shape.PaddedWidth - shape.Width - shape.PadLeft;
        if (bottom == shape.PadTop && right == shape.PadLeft)
        {
            return inputs => nn.functional.conv2d(inputs[0], weight, bias, [shape.StrideY, shape.StrideX], [shape.PadTop, shape.PadLeft]);
        }

        return inputs => nn.functional.conv2d(
            nn.functional.pad(inputs[0], [shape.PadLeft, right, shape.PadTop, bottom]), weight, bias, [shape.StrideY, shape.StrideX]);
    }

    private Func<TorchTensor[], TorchTensor> Dense(string name, Value input, int units)
    {
        // Rows behind a flatten are (pixel, channel) here and (channel, pixel) there.
        Shape from = _flattened.TryGetValue(input, out Shape image) && image.Rank == 3 ? image : new Shape(1, 1, input.Shape.Count);
        TorchTensor weight = Parameter(name + "/kernel", values => Filters(values, from[0] * from[1], from[2], units), [units, input.Shape.Count]);
        TorchTensor bias = Parameter(name + "/bias", values => values, [units]);
        return inputs => nn.functional.linear(inputs[0], weight, bias);
    }

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
