using NeuralCore.Data;

namespace NeuralCore;

/// <content>Training, evaluation and prediction with arrays and tensors.</content>
public partial class Model
{
    /// <summary>Trains on items in memory with a class each; the other overload says the rest.</summary>
    /// <param name="items">The items' raw values, row-major, one item after the other.</param>
    /// <param name="labels">One class an item, each below <see cref="Classes"/>.</param>
    /// <param name="epochs">How often to go through them.</param>
    /// <param name="batchSize">The items of a step.</param>
    /// <param name="validationSplit">The fraction to hold out, in [0, 1).</param>
    /// <param name="callbacks">What watches the training, or takes part in it.</param>
    /// <param name="verbose">0 prints nothing, 1 a line an epoch to the console.</param>
    /// <param name="options">What else there is to say.</param>
    public History Fit(
        float[] items, int[] labels, int epochs = 1, int batchSize = 32, double validationSplit = 0, IReadOnlyList<Callback>? callbacks = null, int verbose = 0,
        FitOptions? options = null) =>
        Fit(DataOf(items, labels), epochs, batchSize, validationSplit, null, callbacks, verbose, options);

    /// <summary>Trains on items in memory with numbers as targets; the first overload says the rest.</summary>
    /// <param name="items">The items' raw values, row-major, one item after the other.</param>
    /// <param name="targets">The targets, row-major, one item's after the other's.</param>
    /// <param name="epochs">How often to go through them.</param>
    /// <param name="batchSize">The items of a step.</param>
    /// <param name="validationSplit">The fraction to hold out, in [0, 1).</param>
    /// <param name="callbacks">What watches the training, or takes part in it.</param>
    /// <param name="verbose">0 prints nothing, 1 a line an epoch to the console.</param>
    /// <param name="options">What else there is to say.</param>
    public History Fit(
        float[] items, float[] targets, int epochs = 1, int batchSize = 32, double validationSplit = 0, IReadOnlyList<Callback>? callbacks = null, int verbose = 0,
        FitOptions? options = null) =>
        Fit(DataOf(items, targets), epochs, batchSize, validationSplit, null, callbacks, verbose, options);

    /// <summary>Measures the model on items in memory with a class each.</summary>
    /// <param name="items">The items' raw values, row-major, one item after the other.</param>
    /// <param name="labels">One class an item, each below <see cref="Classes"/>.</param>
    /// <param name="batchSize">The items computed at once.</param>
    public Evaluation Evaluate(float[] items, int[] labels, int batchSize = 128) => Evaluate(DataOf(items, labels), batchSize);

    /// <summary>Measures the model on items in memory with numbers as targets.</summary>
    /// <param name="items">The items' raw values, row-major, one item after the other.</param>
    /// <param name="targets">The targets, row-major, one item's after the other's.</param>
    /// <param name="batchSize">The items computed at once.</param>
    public Evaluation Evaluate(float[] items, float[] targets, int batchSize = 128) => Evaluate(DataOf(items, targets), batchSize);

    /// <summary>Trains on a tensor of items with a class each; the first overload says the rest.</summary>
    /// <param name="items">Items x the shape of the input: raw values.</param>
    /// <param name="labels">One class an item, each below <see cref="Classes"/>.</param>
    /// <param name="epochs">How often to go through them.</param>
    /// <param name="batchSize">The items of a step.</param>
    /// <param name="validationSplit">The fraction to hold out, in [0, 1).</param>
    /// <param name="callbacks">What watches the training, or takes part in it.</param>
    /// <param name="verbose">0 prints nothing, 1 a line an epoch to the console.</param>
    /// <param name="options">What else there is to say.</param>
    /// <exception cref="ArgumentException">The tensor does not hold items of the input's shape.</exception>
    public History Fit(
        Tensor items, int[] labels, int epochs = 1, int batchSize = 32, double validationSplit = 0, IReadOnlyList<Callback>? callbacks = null, int verbose = 0,
        FitOptions? options = null) =>
        Fit(ItemsOf(items, Input), labels, epochs, batchSize, validationSplit, callbacks, verbose, options);

    /// <summary>Trains on a tensor of items with numbers as targets; the first overload says the rest.</summary>
    /// <param name="items">Items x the shape of the input: raw values.</param>
    /// <param name="targets">Items x the shape of a target.</param>
    /// <param name="epochs">How often to go through them.</param>
    /// <param name="batchSize">The items of a step.</param>
    /// <param name="validationSplit">The fraction to hold out, in [0, 1).</param>
    /// <param name="callbacks">What watches the training, or takes part in it.</param>
    /// <param name="verbose">0 prints nothing, 1 a line an epoch to the console.</param>
    /// <param name="options">What else there is to say.</param>
    /// <exception cref="ArgumentException">The tensor does not hold items of the input's shape.</exception>
    public History Fit(
        Tensor items, Tensor targets, int epochs = 1, int batchSize = 32, double validationSplit = 0, IReadOnlyList<Callback>? callbacks = null, int verbose = 0,
        FitOptions? options = null) =>
        Fit(ItemsOf(items, Input), targets.ToArray(), epochs, batchSize, validationSplit, callbacks, verbose, options);

    /// <summary>What the network gives at its first output for items at its one input.</summary>
    /// <param name="items">Items x the shape of the input: raw values.</param>
    /// <returns>Items x the shape of the output.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The tensor does not hold items of the input's shape, or the model has several inputs.</exception>
    public Tensor Predict(Tensor items) => Predict([items])[0];

    /// <summary>What the network gives at all its outputs.</summary>
    /// <param name="inputs">For each input, in their order, items x its shape: raw values, of as many items each.</param>
    /// <returns>For each output items x its shape.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">There are not as many tensors as inputs, or they do not hold items of their shapes, or not as many.</exception>
    public IReadOnlyList<Tensor> Predict(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != Inputs.Count)
        {
            throw new ArgumentException($"The model has {Inputs.Count} input(s), and got {inputs.Count} tensor(s): give one for each, in the order of {nameof(Inputs)}.");
        }

        float[][] values = [.. inputs.Zip(Inputs, ItemsOf)];
        int items = inputs[0].Shape[0];
        if (inputs.FirstOrDefault(tensor => tensor.Shape[0] != items) is { } other)
        {
            throw new ArgumentException($"The model's inputs are of the same items, and the tensors hold {items} and {other.Shape[0]}.");
        }

        for (int i = 0; i < values.Length; i++)
        {
            for (int item = 0; item < items; item++)
            {
                Inputs[i].Preprocessing.Apply(Inputs[i].Shape, values[i].AsSpan(item * Inputs[i].Shape.Count, Inputs[i].Shape.Count));
            }
        }

        return Read<IReadOnlyList<Tensor>>(() => [.. Learner.Predict(values, items).Zip(Outputs, (output, value) => Tensor.From(output, BatchOf(items, value.Shape)))]);
    }

    /// <summary>A loss that compares with numbers may take the class itself, of which there are then two: 0 and 1.</summary>
    private ArrayDataset DataOf(float[] items, int[] labels) => new(items, Input.Shape, labels, Math.Max(2, Classes));

    private ArrayDataset DataOf(float[] items, float[] targets) => new(items, Input.Shape, targets, Loss.TargetShape(Output.Shape));

    /// <summary>A copy of the raw values of a tensor of items.</summary>
    private static float[] ItemsOf(Tensor items, Value input) => items.Shape.Rank > 0 && items.Shape == BatchOf(items.Shape[0], input.Shape)
        ? items.ToArray()
        : throw new ArgumentException($"The input '{input}' takes a tensor of items x {input.Shape}, and got one of {items.Shape}.");

    private static Shape BatchOf(int items, Shape item)
    {
        int[] extents = [items, .. item.Extents];
        return new Shape(extents);
    }
}
