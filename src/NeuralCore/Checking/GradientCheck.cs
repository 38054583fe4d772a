using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// Holds the gradients that a layer, a loss or a model computes against central differences: the slope (f(x + eps) - f(x - eps)) / 2 eps of
/// f = sum(c y), where y is the output and c are random numbers, so that no error can cancel another. Everything runs in double on the reference
/// backend, by the nodes, the plan and the sums of gradients that training uses.
/// </summary>
/// <remarks>
/// Inputs are random numbers in (-1, 1), and parameters are moved a little from their first values, so that biases are not all zero. Where a function
/// has a kink (a ReLU at zero, a tie in a maximum) the slope from the left differs from that from the right however small the step is; such elements
/// are skipped and counted, if the gradient lies between the two slopes, as any subgradient does.
/// </remarks>
public static class GradientCheck
{
    /// <summary>Checks a layer, or an op of one's own.</summary>
    /// <param name="layer">The layer; it must not have been applied to other shapes.</param>
    /// <param name="input">The shape of one input item.</param>
    /// <param name="batch">The items of the batch.</param>
    /// <param name="seed">The key of every random number.</param>
    /// <param name="options">Steps and tolerances.</param>
    /// <exception cref="ArgumentException">The layer can not take such an input.</exception>
    public static GradientReport Run(Layer layer, Shape input, int batch = 3, ulong seed = 1, GradientCheckOptions? options = null) =>
        Run(layer, [input], batch, seed, options);

    /// <summary>Checks a layer that merges several inputs.</summary>
    /// <param name="layer">The layer; it must not have been applied to other shapes.</param>
    /// <param name="inputs">The shape of one item of each input.</param>
    /// <param name="batch">The items of the batch.</param>
    /// <param name="seed">The key of every random number.</param>
    /// <param name="options">Steps and tolerances.</param>
    /// <exception cref="ArgumentException">The layer can not take such inputs.</exception>
    public static GradientReport Run(Layer layer, IReadOnlyList<Shape> inputs, int batch = 3, ulong seed = 1, GradientCheckOptions? options = null)
    {
        Value[] values = [.. inputs.Select((shape, i) => Value.Input(shape, name: inputs.Count == 1 ? "input" : $"input {i}"))];
        Value output = layer.Apply(values);
        return Run(values, [output], $"{layer.Kind} on {string.Join(", ", inputs)}", batch, seed, options);
    }

    /// <summary>Checks a network, or a part of one: the gradients of all its outputs with respect to its inputs and parameters.</summary>
    /// <param name="inputs">Where items enter: made by <see cref="Value.Input"/>.</param>
    /// <param name="outputs">What the network gives: made by applying layers.</param>
    /// <param name="batch">The items of the batch.</param>
    /// <param name="seed">The key of every random number.</param>
    /// <param name="options">Steps and tolerances.</param>
    /// <exception cref="ArgumentException">An output depends on another input, or none depends on one of these.</exception>
    public static GradientReport Run(
        IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs, int batch = 3, ulong seed = 1, GradientCheckOptions? options = null) =>
        Run(inputs, outputs, $"network from {string.Join(", ", inputs.Select(input => input.Shape))} to {string.Join(", ", outputs.Select(output => output.Shape))}", batch, seed, options);

    /// <summary>Checks a loss: its gradient with respect to the prediction.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">The shape of one item of the network's output.</param>
    /// <param name="batch">The items of the batch.</param>
    /// <param name="seed">The key of every random number.</param>
    /// <param name="options">Steps and tolerances.</param>
    /// <exception cref="ArgumentException">The loss is not for such an output.</exception>
    public static GradientReport Run(Loss loss, Shape prediction, int batch = 3, ulong seed = 1, GradientCheckOptions? options = null)
    {
        // A loss that takes probabilities asks for a softmax in front of it; one that takes anything else is checked on the numbers themselves.
        Value input = Value.Input(prediction);
        Value output = new Prediction(loss).Apply(input);
        using var subject = new CheckedNetwork(new NetworkDescription([input], [output]), loss, batch, seed, options ?? new GradientCheckOptions());
        return subject.Check($"{loss.Name} of {prediction}");
    }

    /// <summary>
    /// Checks a model with a loss: the gradient of the mean loss of a batch of random items with respect to every parameter and to the items. The
    /// model itself is not touched; parameters are those that the seed gives.
    /// </summary>
    /// <param name="model">The model, compiled or not.</param>
    /// <param name="loss">The loss; the cross-entropy of probabilities and one class an item if null.</param>
    /// <param name="batch">The items of the batch.</param>
    /// <param name="seed">The key of every random number.</param>
    /// <param name="options">Steps and tolerances.</param>
    /// <exception cref="ArgumentException">The loss is not for the model's output.</exception>
    public static GradientReport Run(Model model, Loss? loss = null, int batch = 3, ulong seed = 1, GradientCheckOptions? options = null)
    {
        using var subject = new CheckedNetwork(
            model.Description, loss ?? new SparseCategoricalCrossentropy(), batch, seed, options ?? new GradientCheckOptions());
        return subject.Check($"model of {model.Layers.Count} layers on {string.Join(", ", model.Inputs.Select(input => input.Shape))}");
    }

    private static GradientReport Run(
        IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs, string name, int batch, ulong seed, GradientCheckOptions? options)
    {
        using var subject = new CheckedNetwork(new NetworkDescription(inputs, outputs), loss: null, batch, seed, options ?? new GradientCheckOptions());
        return subject.Check(name);
    }

    /// <summary>Hands a prediction through, behind a softmax if the loss asks for one.</summary>
    private sealed class Prediction(Loss loss) : Layer
    {
        public override Value Build(Value input)
        {
            try
            {
                _ = loss.Build(input);
                return input;
            }
            catch (ArgumentException)
            {
                return new SoftmaxNode(input).Output;
            }
        }
    }
}

/// <summary>How <see cref="GradientCheck"/> compares.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>How far a variable is moved. In double the slope then errs by some 1e-10 from rounding and 1e-12 from curvature, for values around 1.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>What a gradient may be off in any case.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-7;

    /// <summary>What it may be off beyond that, as a part of the slope.</summary>
    public double RelativeTolerance { get; init; } = 1e-5;

    /// <summary>The most elements of a tensor that are checked; of larger ones as many at random.</summary>
    public int MostElements { get; init; } = 200;

    /// <summary>Whether dropout drops (the same elements each time) and normalizations take the batch's statistics.</summary>
    public bool Training { get; init; } = true;

    /// <summary>Whether ops that are made to run as one do so. The reference backend has each of them.</summary>
    public bool Fuse { get; init; }
}
