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
        Value value = model.Description.Calls.FirstOrDefault(call => call.Layer == layer)?.Output
            ?? throw new ArgumentException($"The model has no such layer of the kind {layer.Kind}.", nameof(layer));
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
    public static float[] InputGradient(this Model model, ReadOnlySpan<float> item, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, model.Classes);
        float[] values = model.Preprocessed(item);
        Value scores = Scores(model.Output);
        return model.Use(learner =>
        {
            using Plan<float> plan = learner.MakeExplainingPlan(scores, withBackward: true);
            learner.Backend.Upload<float>(values, plan[learner.Input]);
            plan.Forward(RunOf(learner));

            var dScores = new float[model.Classes];
            dScores[label] = 1;
            learner.Backend.Upload<float>(dScores, plan.GradientOf(scores)!.Value);
            plan.Backward(RunOf(learner));
            learner.Backend.Download<float>(plan.GradientOf(learner.Input)!.Value, values);
            return values;
        });
    }

    /// <summary>What goes into the softmax at the end, if there is one.</summary>
    private static Value Scores(Value output) => output.Maker switch
    {
        Ops.SoftmaxNode softmax => softmax.Input,
        IdentityNode same => Scores(same.Input),
        _ => output,
    };

    private static PlanRun RunOf(Learner learner) => new(1, Training: false, HasTargets: false, learner.Seed, 0);
}
