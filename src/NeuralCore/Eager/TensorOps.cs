namespace NeuralCore;

/// <summary>
/// The ops, to be called on tensors of a <see cref="Tape"/>. Each is the layer of its name with the weights given, so what it computes is said there.
/// </summary>
public static class TensorOps
{
    /// <summary>x w + b: (items x inputs) times (inputs x units).</summary>
    /// <param name="input">Items x inputs.</param>
    /// <param name="weights">Inputs x units.</param>
    /// <param name="bias">One number a unit; none if null.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor Dense(this Tensor input, Tensor weights, Tensor? bias = null) =>
        TapeOf(input).ApplyWith(new Dense(LastOf(weights, 2, "inputs x units"), useBias: bias is not null), bias is null ? [weights] : [weights, bias], input);

    /// <summary>A two-dimensional convolution.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="weights">Kernel height x kernel width x channels x filters.</param>
    /// <param name="bias">One number a filter; none if null.</param>
    /// <param name="strides">Pixels from one window to the next; 1 unless said.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <param name="dilation">Pixels from one element of the kernel to the next; 1 unless said.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor Conv2D(
        this Tensor input, Tensor weights, Tensor? bias = null, Size2D? strides = null, Padding padding = Padding.Valid, Size2D? dilation = null)
    {
        int filters = LastOf(weights, 4, "kernel height x kernel width x channels x filters");
        var layer = new Conv2D(filters, (weights.Shape[0], weights.Shape[1]), strides, padding, useBias: bias is not null, dilation: dilation);
        return TapeOf(input).ApplyWith(layer, bias is null ? [weights] : [weights, bias], input);
    }

    /// <summary>A depthwise convolution: each channel has filters of its own.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="weights">Kernel height x kernel width x channels x filters of each channel.</param>
    /// <param name="bias">One number a filter; none if null.</param>
    /// <param name="strides">Pixels from one window to the next; 1 unless said.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <param name="dilation">Pixels from one element of the kernel to the next; 1 unless said.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor DepthwiseConv2D(
        this Tensor input, Tensor weights, Tensor? bias = null, Size2D? strides = null, Padding padding = Padding.Valid, Size2D? dilation = null)
    {
        int multiplier = LastOf(weights, 4, "kernel height x kernel width x channels x filters of each channel");
        var layer = new DepthwiseConv2D((weights.Shape[0], weights.Shape[1]), strides, padding, multiplier, useBias: bias is not null, dilation: dilation);
        return TapeOf(input).ApplyWith(layer, bias is null ? [weights] : [weights, bias], input);
    }

    /// <summary>The maximum of each window, channel by channel.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="poolSize">The rows and columns of a window.</param>
    /// <param name="strides">Pixels from one window to the next; the window's size unless said.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public static Tensor MaxPooling2D(this Tensor input, Size2D? poolSize = null, Size2D? strides = null, Padding padding = Padding.Valid) =>
        TapeOf(input).Apply(new MaxPooling2D(poolSize, strides, padding), input);

    /// <summary>The average of each window, channel by channel.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="poolSize">The rows and columns of a window.</param>
    /// <param name="strides">Pixels from one window to the next; the window's size unless said.</param>
    /// <param name="padding">How windows meet the border; padding is left out of averages.</param>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public static Tensor AveragePooling2D(this Tensor input, Size2D? poolSize = null, Size2D? strides = null, Padding padding = Padding.Valid) =>
        TapeOf(input).Apply(new AveragePooling2D(poolSize, strides, padding), input);

    /// <summary>The average of each channel over a whole image.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="keepDims">Whether an item becomes 1 x 1 x channels, and not channels alone.</param>
    public static Tensor GlobalAveragePooling2D(this Tensor input, bool keepDims = false) => TapeOf(input).Apply(new GlobalAveragePooling2D(keepDims), input);

    /// <summary>The maximum of each channel over a whole image.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="keepDims">Whether an item becomes 1 x 1 x channels, and not channels alone.</param>
    public static Tensor GlobalMaxPooling2D(this Tensor input, bool keepDims = false) => TapeOf(input).Apply(new GlobalMaxPooling2D(keepDims), input);

    /// <summary>The sum, element by element; so is <c>a + b</c>.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="others">Tensors of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Add(this Tensor input, params ReadOnlySpan<Tensor> others) => TapeOf(input).Apply(new Add(), [input, .. others]);

    /// <summary>Tensors one behind the other along their last axis.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="others">Tensors that differ from it in the last axis at most.</param>
    /// <exception cref="ArgumentException">Other axes differ.</exception>
    public static Tensor Concatenate(this Tensor input, params ReadOnlySpan<Tensor> others) => TapeOf(input).Apply(new Concatenate(), [input, .. others]);

    /// <summary>The same elements in another shape.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="targetShape">The extents of an item; one of them may be -1, for what is left.</param>
    /// <exception cref="ArgumentException">There are more or fewer elements.</exception>
    public static Tensor Reshape(this Tensor input, params ReadOnlySpan<int> targetShape) => TapeOf(input).Apply(new Reshape(targetShape), input);

    /// <summary>Zeros around images.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="padding">How many; one on each side unless said.</param>
    public static Tensor ZeroPadding2D(this Tensor input, Border? padding = null) => TapeOf(input).Apply(new ZeroPadding2D(padding), input);

    /// <summary>
    /// Batch normalization over the last axis: by the statistics of the batch, which the moving ones take in, on a tape of training, else by the moving ones.
    /// </summary>
    /// <param name="input">Items, whose last axis is the channels.</param>
    /// <param name="gamma">One factor a channel.</param>
    /// <param name="beta">One offset a channel.</param>
    /// <param name="movingMean">One number a channel; changed in training.</param>
    /// <param name="movingVariance">One number a channel; changed in training.</param>
    /// <param name="momentum">The part of the moving statistics that stays.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor BatchNormalization(
        this Tensor input, Tensor gamma, Tensor beta, Tensor movingMean, Tensor movingVariance, double momentum = 0.99, double epsilon = 1e-3) =>
        TapeOf(input).ApplyWith(new BatchNormalization(momentum, epsilon), [gamma, beta, movingMean, movingVariance], input);

    /// <summary>Layer normalization over the last axis.</summary>
    /// <param name="input">Items with at least one axis.</param>
    /// <param name="gamma">One factor a feature.</param>
    /// <param name="beta">One offset a feature.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor LayerNormalization(this Tensor input, Tensor gamma, Tensor beta, double epsilon = 1e-3) =>
        TapeOf(input).ApplyWith(new LayerNormalization(epsilon), [gamma, beta], input);

    /// <summary>An activation function of each element, or softmax of each row of the last axis.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="activation">The function.</param>
    public static Tensor Activate(this Tensor input, Activation activation) => TapeOf(input).Apply(new ActivationLayer(activation), input);

    /// <summary>x where x is at least 0, else a part of it.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="negativeSlope">The part.</param>
    public static Tensor LeakyReLU(this Tensor input, double negativeSlope = 0.3) => TapeOf(input).Apply(new LeakyReLU(negativeSlope), input);

    /// <summary>x where x is above 0, else alpha (exp(x) - 1).</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="alpha">The limit to the left is minus this.</param>
    public static Tensor ELU(this Tensor input, double alpha = 1) => TapeOf(input).Apply(new ELU(alpha), input);

    /// <summary>exp(x_i) / sum of exp(x_j) over the last axis.</summary>
    /// <param name="input">Any tensor.</param>
    public static Tensor Softmax(this Tensor input) => TapeOf(input).Apply(new Softmax(), input);

    /// <summary>max(x, 0).</summary>
    /// <param name="input">Any tensor.</param>
    public static Tensor ReLU(this Tensor input) => TapeOf(input).Apply(new ReLU(), input);

    /// <summary>Drops elements at random and multiplies the others by 1 / (1 - rate), if the tape is one of training.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="rate">The probability to drop, in [0, 1).</param>
    public static Tensor Dropout(this Tensor input, double rate) => TapeOf(input).Apply(new Dropout(rate), input);

    /// <summary>The same elements with one axis an item.</summary>
    /// <param name="input">Any tensor.</param>
    public static Tensor Flatten(this Tensor input) => TapeOf(input).Apply(new Flatten(), input);

    /// <summary>The mean over the items of -log softmax(x)[label], in nats.</summary>
    /// <param name="logits">Items x classes.</param>
    /// <param name="labels">One class an item.</param>
    /// <exception cref="ArgumentException">There is not one label an item.</exception>
    public static Tensor SoftmaxCrossentropy(this Tensor logits, ReadOnlySpan<int> labels) =>
        TapeOf(logits).Loss(new SparseCategoricalCrossentropy(fromLogits: true), logits, labels);

    private static Tape TapeOf(Tensor tensor) => tensor.Tape
        ?? throw new ArgumentException($"The tensor of {tensor.Shape} is not on a tape: put it there by {nameof(Tape)}.{nameof(Tape.Constant)} or {nameof(Tape.Variable)}.");

    private static int LastOf(Tensor weights, int rank, string what) => weights.Shape.Rank == rank
        ? weights.Shape[rank - 1]
        : throw new ArgumentException($"The weights are {what}, not {weights.Shape}.");
}
