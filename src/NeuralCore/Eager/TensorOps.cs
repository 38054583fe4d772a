namespace NeuralCore;

/// <summary>
/// The ops, to be called on tensors of a <see cref="Tape"/>. Each is the layer of its name with the weights given, so what it computes is said there.
/// </summary>
public static class TensorOps
{
    /// <summary>x w + b: (items x inputs) times (inputs x units).</summary>
    /// <param name="input">Items x inputs.</param>
    /// <param name="weights">Inputs x units.</param>
    /// <param name="bias">One number a unit; zeros if null.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor Dense(this Tensor input, Tensor weights, Tensor? bias = null) =>
        TapeOf(input).ApplyWith(new Dense(LastOf(weights, 2, "inputs x units")), [weights, bias], input);

    /// <summary>A two-dimensional convolution.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="weights">Kernel height x kernel width x channels x filters.</param>
    /// <param name="bias">One number a filter; zeros if null.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor Conv2D(this Tensor input, Tensor weights, Tensor? bias = null, int stride = 1, Padding padding = Padding.Valid) =>
        TapeOf(input).ApplyWith(
            new Conv2D(LastOf(weights, 4, "kernel height x kernel width x channels x filters"), weights.Shape[0], stride, padding), [weights, bias], input);

    /// <summary>The maximum of each window, channel by channel.</summary>
    /// <param name="input">Items x height x width x channels.</param>
    /// <param name="poolSize">The rows and columns of a window.</param>
    /// <param name="stride">Pixels from one window to the next; 0 takes the window's size.</param>
    /// <param name="padding">How windows meet the border.</param>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public static Tensor MaxPooling2D(this Tensor input, int poolSize = 2, int stride = 0, Padding padding = Padding.Valid) =>
        TapeOf(input).Apply(new MaxPooling2D(poolSize, stride, padding), input);

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
