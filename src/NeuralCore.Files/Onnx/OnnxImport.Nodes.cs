using NeuralCore.Ops;

namespace NeuralCore.Files.Onnx;

/// <content>What each operation becomes.</content>
internal sealed partial class OnnxImport
{
    private const int LargestWindow = 255;

    private void TakeTranspose(OnnxNode node)
    {
        int rank = _image.Dims.Length;
        int[] order = [.. (node.Integers("perm") ?? []).Select(axis => axis >= 0 && axis <= rank ? (int)axis - 1 : -2)];
        if (_image.Flattened is not null || order.Length != rank + 1 || order[0] != -1 || !order.Order().SequenceEqual(Enumerable.Range(-1, rank + 1)))
        {
            throw node.Refused("with another order than one of rows, columns and channels");
        }

        _image.Transpose(order[1..]);
    }

    private void TakeConv(OnnxNode node)
    {
        OnnxTensor kernel = Constant(node, 1);
        RequireImage(node);
        if (kernel.Dims is not [var filters and > 0, var channels, var rows, var columns] || channels != _image.Dims[0] || kernel.IsTransposed)
        {
            throw node.Refused($"with a kernel of {string.Join('x', kernel.Dims)}");
        }

        if (node.Integer("group", 1) is var groups and not 1)
        {
            throw node.Refused($"with {groups} groups");
        }

        kernel.FloatCount();
        (int size, int stride, Padding padding) = Window(node, [rows, columns]);
        Append(new Conv2D((int)filters, size, stride, padding));
        var shape = new Shape(size, size, (int)channels, (int)filters);
        _weights.Add(new StoredTensor(kernel.Name, shape, () => OnnxLayout.RowsFirst(kernel.ReadFloats(), shape)));
        AddBias(node, (int)filters);
    }

    private void TakeMaxPool(OnnxNode node)
    {
        RequireImage(node);
        node.Integer("storage_order", 0);
        (int size, int stride, Padding padding) = Window(node, null);
        bool isExact = padding == Padding.Same || ((_image.Dims[1] - size) % stride == 0 && (_image.Dims[2] - size) % stride == 0);
        if (node.Integer("ceil_mode", 0) != 0 && !isExact)
        {
            throw node.Refused("with a 'ceil_mode' that adds windows");
        }

        Append(new MaxPooling2D(size, stride, padding));
    }

    /// <summary>The size, step and border of square windows.</summary>
    private (int Size, int Stride, Padding Padding) Window(OnnxNode node, IReadOnlyList<long>? kernel)
    {
        IReadOnlyList<long> size = node.Integers("kernel_shape") ?? kernel ?? [];
        IReadOnlyList<long> strides = node.Integers("strides") ?? [1, 1];
        if (size is not [var rows and >= 1 and <= LargestWindow, var columns] || rows != columns || (kernel is not null && !kernel.SequenceEqual(size)))
        {
            throw node.Refused($"with windows of {string.Join('x', size)}");
        }

        if (strides is not [var down and >= 1 and <= LargestWindow, var right] || down != right)
        {
            throw node.Refused($"with the strides {string.Join('x', strides)}");
        }

        if ((node.Integers("dilations") ?? []).Any(dilation => dilation != 1))
        {
            throw node.Refused("with dilated windows");
        }

        IReadOnlyList<long> pads = node.Integers("pads") ?? [0, 0, 0, 0];
        Padding padding = node.Text("auto_pad", "NOTSET") switch
        {
            "VALID" => Padding.Valid,
            "SAME_UPPER" => Padding.Same,
            "NOTSET" when pads.All(pad => pad == 0) => Padding.Valid,
            "NOTSET" when pads.SequenceEqual(SamePads((int)rows, (int)down)) => Padding.Same,
            "NOTSET" => throw node.Refused($"with the pads {string.Join(", ", pads)}"),
            var other => throw node.Refused($"with {FileText.Quote(other)} for 'auto_pad'"),
        };
        return ((int)rows, (int)down, padding);
    }

    private long[] SamePads(int size, int stride)
    {
        Conv2DShape same = Conv2DShape.Same(_image.Dims[1], _image.Dims[2], 1, 1, size, size, stride, stride);
        return [same.PadTop, same.PadLeft, same.Window.Border.Bottom, same.Window.Border.Right];
    }

    private void TakeDense(OnnxNode node)
    {
        if (_image.Dims.Length > 1)
        {
            throw node.Refused("behind something that is not flattened");
        }

        OnnxTensor matrix = Constant(node, 1);
        if (node.Op == "Gemm")
        {
            matrix = node.Integer("transB", 0) != 0 ? matrix.Transpose() : matrix;
            if (node.Integer("transA", 0) != 0 || node.Number("alpha", 1) != 1 || node.Number("beta", 1) != 1)
            {
                throw node.Refused("with 'transA', 'alpha' or 'beta'");
            }
        }

        if (matrix.Dims is not [var inputs, var units and > 0] || inputs != _image.Dims[0])
        {
            throw node.Refused($"with a matrix of {string.Join('x', matrix.Dims)} for {_image.Dims[0]} features");
        }

        matrix.FloatCount();
        var shape = new Shape((int)inputs, (int)units);
        Begin();
        int[]? places = _image.FeaturePlaces();
        _layers.Add(new Dense((int)units));
        _image.Become((int)units);
        _weights.Add(new StoredTensor(matrix.Name, shape, () => OnnxLayout.Matrix(matrix.ReadFloats(), shape, matrix.IsTransposed, places)));
        AddBias(node, (int)units);
    }

    /// <summary>The third input of a node, or zeros.</summary>
    private void AddBias(OnnxNode node, int count)
    {
        OnnxTensor? bias = node.Input(2) is null ? null : Constant(node, 2);
        if (bias is not null && (bias.FloatCount() != count || bias.Dims.Count > 2))
        {
            throw node.Refused($"with a bias of {string.Join('x', bias.Dims)}");
        }

        _weights.Add(new StoredTensor(bias?.Name ?? NoBias, new Shape(count), () => bias?.ReadFloats() ?? new float[count]));
    }

    /// <summary>An addition right behind a layer that has no bias yet is its bias.</summary>
    private void TakeBias(OnnxNode node, string? other)
    {
        int count = _layers is [.., var layer] ? layer switch
        {
            Dense { Activation: Activation.Linear } dense => dense.Units,
            Conv2D { Activation: Activation.Linear } conv => conv.Filters,
            _ => 0,
        }
        : 0;
        if (count == 0 || _weights[^1].Name != NoBias || !IsConstant(other))
        {
            throw node.Refused("that is not the bias of a layer");
        }

        OnnxTensor bias = _graph.Constants[other!];
        bool isByChannel = _layers[^1] is Dense
            ? bias.Dims.SkipLast(1).All(dim => dim == 1)
            : bias.Dims.Count >= 3 && bias.Dims[^3] == count && bias.Dims[^2] == 1 && bias.Dims[^1] == 1;
        if (!isByChannel || bias.FloatCount() != count)
        {
            throw node.Refused($"of a tensor of {string.Join('x', bias.Dims)}, which is not the bias of the layer before it");
        }

        _weights[^1] = new StoredTensor(bias.Name, new Shape(count), bias.ReadFloats);
    }

    private void TakeRelu()
    {
        switch (_layers)
        {
            case [.., Conv2D { Activation: Activation.Linear } conv]:
                _layers[^1] = new Conv2D(conv.Filters, conv.KernelSize, conv.Strides, conv.Padding, Activation.Relu);
                break;
            case [.., Dense { Activation: Activation.Linear } dense]:
                _layers[^1] = new Dense(dense.Units, Activation.Relu);
                break;
            default:
                Append(new ReLU());
                break;
        }
    }

    private void TakeDropout(OnnxNode node)
    {
        const float Default = 0.5f;
        node.Integer("seed", 0);
        string? given = node.Input(1);
        double rate = given is null ? node.Number("ratio", Default) : IsConstant(given) ? _graph.Constants[given].Scalar() ?? double.NaN : double.NaN;
        Append(rate is >= 0 and < 1 ? new Dropout(rate) : throw node.Refused("with a rate that is not at least 0 and below 1"));
    }

    private void Flatten()
    {
        Begin();
        _layers.Add(new Flatten());
        _image.Flatten();
    }

    private void TakeReshape(OnnxNode node)
    {
        bool takesZeros = node.Integer("allowzero", 0) != 0 && IsConstant(node.Input(1));
        if (_shapes.Find(node.Input(1)) is not [var batch, .. var rest] || (takesZeros && batch == 0))
        {
            throw node.Refused("to a shape that is not known before it runs");
        }

        int[] dims = Complete(rest);
        if ((batch is 0 or -1 or 1) && dims is [var all] && all == Count())
        {
            Flatten();
        }
        else if (batch is not (0 or -1 or 1) || (long)Product(dims) != Count() || !(_image.TryReshape(dims) || (_layers.Count == 0 && _image.TryRestart(dims))))
        {
            throw node.Refused($"to {string.Join('x', rest)}");
        }
    }

    private long Count() => Product(_image.Dims);

    private static long Product(IEnumerable<int> dims) => dims.Aggregate(1L, (product, dim) => Math.Min(product * dim, int.MaxValue));

    /// <summary>A shape whose extent of -1 is what is left; an empty list where it can not be completed.</summary>
    private int[] Complete(IReadOnlyList<long> dims)
    {
        if (dims.Count > 3 || dims.Any(dim => dim is < -1 or 0 or > int.MaxValue) || dims.Count(dim => dim == -1) > 1)
        {
            return [];
        }

        long others = Product(dims.Where(dim => dim != -1).Select(dim => (int)dim));
        return Count() % others == 0 ? [.. dims.Select(dim => dim == -1 ? (int)(Count() / others) : (int)dim)] : [];
    }

    private void TakeSoftmax(OnnxNode node)
    {
        long axis = node.Integer("axis", -1);
        _layers[^1] = axis is 1 or -1 && _layers is [.., Dense { Activation: Activation.Linear } dense]
            ? new Dense(dense.Units, Activation.Softmax)
            : throw node.Refused("that does not follow a dense layer");
        if (node.Op == "LogSoftmax")
        {
            _remarks.Add("ends with logarithms of probabilities, which are given as probabilities here");
        }

        _isEnded = true;
    }

    /// <summary>Dividing pixels by 255 before all else is what the engine calls scaling.</summary>
    private void TakeScale(OnnxNode node, string? other)
    {
        double? factor = IsConstant(other) ? _graph.Constants[other!].Scalar() : null;
        factor = node.Op == "Div" ? 1 / factor : factor;
        if (_layers.Count > 0 || Preprocessing is not null || factor is null || Math.Abs(factor.Value - (1 / 255.0)) > 1e-9)
        {
            throw node.Refused("that does anything else than divide the input by 255");
        }

        Preprocessing = NeuralCore.Preprocessing.Scale;
    }

    private OnnxTensor Constant(OnnxNode node, int input) =>
        node.Input(input) is { } name && _graph.Constants.TryGetValue(name, out OnnxTensor? tensor)
            ? tensor
            : throw node.Refused("whose weights are not constant");

    private void RequireImage(OnnxNode node)
    {
        if (!_image.TryDecide())
        {
            throw node.Refused("on something else than an image with its channels first");
        }
    }
}
