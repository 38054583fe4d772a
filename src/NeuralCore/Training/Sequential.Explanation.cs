
namespace NeuralCore;

/// <content>Looking into a trained network: what its layers answer, and what its answers depend on.</content>
public sealed partial class Sequential
{
    /// <summary>What one layer makes of an item: feature maps behind a convolution, probabilities behind the last layer.</summary>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <param name="layer">The layer's index in <see cref="Layers"/>; 0 gives the item as preprocessed.</param>
    /// <returns>
    /// The layer's output after its activation, row-major in the shape that <see cref="Summary"/> gives it; images are height x
    /// width x channels. Dropout does nothing.
    /// </returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">There is no such layer, or the item has not as many values as the input's shape.</exception>
    public float[] Activations(ReadOnlySpan<float> item, int layer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, _layers.Length);
        float[] values = Preprocessed(item);
        if (layer == _layers.Length - 1)
        {
            return Predict(item);
        }

        // A plan that ends there: in one that goes on, later steps take over the memory.
        using Plan<float> plan = ExplainingPlan(layer + 1, backward: false);
        Backend.Upload<float>(values, plan.Input.Data.Slot);
        plan.Forward(ExplainingRun);
        var output = new float[plan.Output.Shape.Count];
        Backend.Download<float>(plan.Output.Data.Slot, output);
        return output;
    }

    /// <summary>
    /// How the score of a class depends on each value of the network's input: d z[label] / d x, where z is what goes into the
    /// softmax. The score is taken, not the probability, because the latter hardly moves where the network is sure of itself (K.
    /// Simonyan et al., "Deep inside convolutional networks", 2013).
    /// </summary>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <param name="label">The class, in [0, <see cref="Classes"/>).</param>
    /// <returns>The gradient with respect to the preprocessed item, row-major in the input's shape. Dropout does nothing.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">There is no such class, or the item has not as many values as the input's shape.</exception>
    public float[] InputGradient(ReadOnlySpan<float> item, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);
        float[] values = Preprocessed(item);
        using Plan<float> plan = ExplainingPlan(_layers.Length, backward: true);
        Backend.Upload<float>(values, plan.Input.Data.Slot);
        plan.Forward(ExplainingRun);

        var dScores = new float[Classes];
        dScores[label] = 1;
        Backend.Upload<float>(dScores, plan.Output.Gradient!.Slot);
        plan.Backward(ExplainingRun);
        Backend.Download<float>(plan.Input.Gradient!.Slot, values);
        return values;
    }

    private PlanRun ExplainingRun => new(1, Training: false, HasLabels: false, _seed, 0);

    /// <summary>
    /// A plan for one item through the first layers. Its backward pass overwrites the gradients of the parameters, which every
    /// training step computes anew.
    /// </summary>
    private Plan<float> ExplainingPlan(int layers, bool backward) =>
        new(Backend, new Lowering<float>(_layers[..layers], _names[..layers], Compiled(_parameters).All, 1, backward, _fuse, explain: true));
}
