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
