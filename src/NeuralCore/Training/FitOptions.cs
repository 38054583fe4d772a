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
    /// training in which it was captured, and so have its shards, where there are any. Where there are ranks, that of rank 0 counts, and the others are given it.
    /// </summary>
    public Checkpoint? ResumeFrom { get; init; }

    /// <summary>
    /// The processes that train the model together, each with the same model, data and options; null for this one alone. Each trains its part of every batch and
    /// has the same weights after every step. Callbacks that change the training, as a schedule does, have to be the same on all; others need not.
    /// </summary>
    public Communicator? Ranks { get; init; }

    /// <summary>
    /// The parts that each batch is cut into, which are computed one by one and summed in a fixed order; the number of <see cref="Ranks"/> if null. The weights
    /// depend on it in their last bits, and do not depend on the number of ranks that share the parts. One part is what a training without ranks is.
    /// </summary>
    public int? Shards { get; init; }

    /// <summary>Ends the training after the step that is running; where there are ranks all end, if one of them is to.</summary>
    public CancellationToken CancellationToken { get; init; }
}
