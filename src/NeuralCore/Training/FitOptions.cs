namespace NeuralCore;

/// <summary>What there is to say of a training beside its data and its length.</summary>
public sealed record FitOptions
{
    /// <summary>How far training images are changed, anew in each epoch; not at all if null. Validation images never are.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>
    /// What items of a class count in training, by the class; 1 for those that are missing. Losses and gradients are multiplied by it and divided by the
    /// number of items, as Keras does, and not by the sum of the weights. Validation counts all the same.
    /// </summary>
    public IReadOnlyDictionary<int, double>? ClassWeight { get; init; }

    /// <summary>What each item of the data counts, in the same way; those that are held out by a validation split count so in the validation's loss.</summary>
    public IReadOnlyList<float>? SampleWeight { get; init; }

    /// <summary>
    /// Where to go on; the number of epochs then counts those before too. Data, batch size, split, augmentation and optimiser have to be those of the
    /// training in which it was captured.
    /// </summary>
    public Checkpoint? ResumeFrom { get; init; }

    /// <summary>Ends the training after the step that is running.</summary>
    public CancellationToken CancellationToken { get; init; }
}
