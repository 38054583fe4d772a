using NeuralCore.Data;

namespace NeuralCore;

/// <summary>Looking into a trained network: what its layers answer, and what its answers depend on.</summary>
public static class ModelExplanation
{
    /// <summary>What one layer makes of an item: feature maps behind a convolution, probabilities behind the last layer.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <param name="layer">One of <see cref="Model.Layers"/>; of several applications the first.</param>
    /// <returns>
    /// The layer's output after its activation, row-major in the shape that <see cref="Model.Summary"/> gives it; images are height x
    /// width x channels. Dropout does nothing.
    /// </returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The model has no such layer, or the item has not as many values as the input's shape.</exception>
    public static float[] Activations(this Model model, ReadOnlySpan<float> item, Layer layer)
    {
        Value value = OutputOf(model, layer);
        float[] values = model.Preprocessed(item);
        return value == model.Output ? model.Predict(item) : model.Use(learner =>
        {
            // A plan that ends there: in one that goes on, later steps take over the memory.
            using Plan<float> plan = learner.MakeExplainingPlan(value, withBackward: false);
            learner.Backend.Upload<float>(values, plan[learner.Input]);
            plan.Forward(RunOf(learner));
            var output = new float[value.Shape.Count];
            learner.Backend.Download<float>(plan[value], output);
            return output;
        });
    }

    /// <summary>The output of one layer for each item of a dataset.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="data">Items of the input's shape; their labels are not looked at.</param>
    /// <param name="layer">One of <see cref="Model.Layers"/>; of several applications the first.</param>
    /// <param name="batchSize">The items computed at once.</param>
    /// <returns>The layer's outputs after its activation, items x output shape, row-major, each as in <see cref="Activations(Model, ReadOnlySpan{float}, Layer)"/>.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The model has no such layer, the items have another shape than its input, or the batch size is below 1.</exception>
    public static float[] Activations(this Model model, IDataset data, Layer layer, int batchSize = 128)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        Value value = OutputOf(model, layer);
        if (data.ItemShape != model.Input.Shape)
        {
            throw new ArgumentException($"The model takes items of {model.Input.Shape}, and the data has {data.ItemShape}.", nameof(data));
        }

        return model.Use(learner =>
        {
            using Plan<float> plan = learner.MakeExplainingPlan(value, withBackward: false, capacity: batchSize);
            (int width, int itemWidth) = (value.Shape.Count, data.ItemShape.Count);
            var output = new float[data.Count * width];
            var batch = new float[batchSize * itemWidth];
            for (int first = 0; first < data.Count; first += batchSize)
            {
                int items = Math.Min(batchSize, data.Count - first);
                for (int i = 0; i < items; i++)
                {
                    Span<float> item = batch.AsSpan(i * itemWidth, itemWidth);
                    data.ReadItem(first + i, item);
                    model.Input.Preprocessing.Apply(model.Input.Shape, item);
                }

                learner.Backend.Upload<float>(batch.AsSpan(0, items * itemWidth), plan[learner.Input]);
                plan.Forward(RunOf(learner, items));
                learner.Backend.Download<float>(plan[value], output.AsSpan(first * width, items * width));
            }

            return output;
        });
    }

    /// <summary>The item as the network takes it: preprocessed.</summary>
    /// <param name="model">A model.</param>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <exception cref="ArgumentException">The item has not as many values as the input's shape.</exception>
    public static float[] Prepared(this Model model, ReadOnlySpan<float> item) => model.Preprocessed(item);

    /// <summary>
    /// How the score of a class depends on each value of the network's input: d z[label] / d x, where z is what goes into the
    /// softmax. The score is taken, not the probability, because the latter hardly moves where the network is sure of itself (K.
    /// Simonyan et al., "Deep inside convolutional networks", 2013).
    /// </summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <param name="label">The class, in [0, <see cref="Model.Classes"/>).</param>
    /// <returns>The gradient with respect to the preprocessed item, row-major in the input's shape. Dropout does nothing.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">There is no such class, or the item has not as many values as the input's shape.</exception>
    public static float[] InputGradient(this Model model, ReadOnlySpan<float> item, int label) =>
        ScoreGradient(model, model.Preprocessed(item), label, within: null);

    /// <summary>
    /// How the score of a class depends on what a layer gives: d z[label] / d a, where z is what goes into the softmax and a is what <see cref="Activations(Model, ReadOnlySpan{float}, Layer)"/>
    /// returns. Averaged over the positions of a feature map it is that map's weight in Grad-CAM (R. Selvaraju et al., "Grad-CAM: visual explanations from
    /// deep networks via gradient-based localization", 2017).
    /// </summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <param name="layer">One of <see cref="Model.Layers"/>, before the softmax; of several applications the first.</param>
    /// <param name="label">The class, in [0, <see cref="Model.Classes"/>).</param>
    /// <returns>
    /// The gradient, row-major in the shape of the layer's output. What reaches the score around the layer, as in a residual block, is constant. Dropout does nothing.
    /// </returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">
    /// There is no such class or layer, the score does not depend on the layer, or the item has not as many values as the input's shape.
    /// </exception>
    public static float[] ActivationGradient(this Model model, ReadOnlySpan<float> item, Layer layer, int label)
    {
        Value within = OutputOf(model, layer);
        Value scores = Scores(model.Output);
        if (within == scores || !Graph.NodesOf([.. model.Inputs, within], [scores]).Any(node => node.Inputs.Contains(within)))
        {
            throw new ArgumentException($"The score of a class does not depend on the output of {model.NameOf(layer)}: take a layer before the softmax.", nameof(layer));
        }

        return ScoreGradient(model, model.Preprocessed(item), label, (within, model.Activations(item, layer)));
    }

    /// <summary>The gradient of a score with respect to the input, or to a value within the network that is brought in as well.</summary>
    private static float[] ScoreGradient(Model model, float[] prepared, int label, (Value Value, float[] Activations)? within)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, model.Classes);
        Value scores = Scores(model.Output);
        return model.Use(learner =>
        {
            using Plan<float> plan = learner.MakeExplainingPlan(scores, withBackward: true, within?.Value);
            learner.Backend.Upload<float>(prepared, plan[learner.Input]);
            if (within is { } inner)
            {
                learner.Backend.Upload<float>(inner.Activations, plan[inner.Value]);
            }

            plan.Forward(RunOf(learner));
            var dScores = new float[model.Classes];
            dScores[label] = 1;
            learner.Backend.Upload<float>(dScores, plan.GradientOf(scores)!.Value);
            plan.Backward(RunOf(learner));
            var gradient = new float[within?.Activations.Length ?? prepared.Length];
            learner.Backend.Download<float>(plan.GradientOf(within?.Value ?? learner.Input)!.Value, gradient);
            return gradient;
        });
    }

    private static Value OutputOf(Model model, Layer layer) => model.Description.Calls.FirstOrDefault(call => call.Layer == layer)?.Output
        ?? throw new ArgumentException($"The model has no such layer of the kind {layer.Kind}.", nameof(layer));

    /// <summary>What goes into the softmax at the end, if there is one.</summary>
    private static Value Scores(Value output) => output.Maker switch
    {
        Ops.SoftmaxNode softmax => softmax.Input,
        IdentityNode same => Scores(same.Input),
        _ => output,
    };

    private static PlanRun RunOf(Learner learner, int items = 1) => new(items, Training: false, HasTargets: false, learner.Seed, 0);
}
