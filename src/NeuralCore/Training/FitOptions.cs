namespace NeuralCore;

/// <summary>Options of a training besides its data, epochs and batch size.</summary>
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
    /// training in which it was captured, and so does the number of shards. With <see cref="Ranks"/> rank 0 sends its checkpoint to the others, whose own is
    /// ignored.
    /// </summary>
    public Checkpoint? ResumeFrom { get; init; }

    /// <summary>
    /// The processes that train the model together, each with the same model, data and options; null for this one alone. Each trains its shards of every batch and
    /// has the same weights after every step. Callbacks that change the training, as a schedule does, have to be the same on all ranks; others need not. Ranks are
    /// for CPU backends: others are refused with an <see cref="ArgumentException"/>. Ranks that differ, end or do not answer end the training with a
    /// <see cref="RankException"/>.
    /// </summary>
    public Communicator? Ranks { get; init; }

    /// <summary>
    /// The number of parts that each batch is cut into, from 1 to the batch size, else an <see cref="ArgumentException"/>; the number of <see cref="Ranks"/> if
    /// null. Shards are computed one by one, and their gradients are summed in a fixed order: the last bits of the weights depend on the number of shards, and not
    /// on the number of ranks that they are assigned to. More than one is for CPU backends. One shard in one process is a training of whole batches.
    /// </summary>
    public int? Shards { get; init; }

    /// <summary>Ends the training after the step that is running, or the next one: on all ranks after the same step, if it is cancelled on any.</summary>
    public CancellationToken CancellationToken { get; init; }
}
