namespace NeuralCore;

/// <summary>What there is to say of a training beside its data and its length.</summary>
public sealed record FitOptions
{
    /// <summary>How far training images are changed, anew in each epoch; not at all if null. Validation images never are.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>
    /// Where to go on; the number of epochs then counts those before too. Data, batch size, split, augmentation and optimiser have to be those of the
    /// training in which it was captured.
    /// </summary>
    public Checkpoint? ResumeFrom { get; init; }

    /// <summary>Ends the training after the step that is running.</summary>
    public CancellationToken CancellationToken { get; init; }
}
