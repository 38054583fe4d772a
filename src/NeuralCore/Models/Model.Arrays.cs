using NeuralCore.Data;

namespace NeuralCore;

/// <content>Training and evaluation on arrays.</content>
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

    /// <summary>A loss that compares with numbers may take the class itself, of which there are then two: 0 and 1.</summary>
    private ArrayDataset DataOf(float[] items, int[] labels) => new(items, Input.Shape, labels, Math.Max(2, Classes));

    private ArrayDataset DataOf(float[] items, float[] targets) => new(items, Input.Shape, targets, Loss.TargetShape(Output.Shape));
}
