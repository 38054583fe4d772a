namespace NeuralCore;

/// <summary>
/// Ends a training when the validation loss has not become smaller for some epochs: Keras's EarlyStopping, monitoring val_loss.
/// What it knows is a function of the history, so a resumed training is stopped where the uninterrupted one is.
/// </summary>
public sealed class EarlyStopping : Callback
{
    private TrainingRun? _run;

    /// <summary>Describes when to stop.</summary>
    /// <param name="patience">How many epochs without a smaller loss end the training; 0 is as 1, as Keras has it.</param>
    /// <param name="restoreBestWeights">Whether the model has the weights of the best epoch at the end, and not those of the last.
    /// They are kept in memory meanwhile.</param>
    public EarlyStopping(int patience, bool restoreBestWeights = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        (Patience, RestoreBestWeights) = (patience, restoreBestWeights);
    }

    /// <summary>How many epochs without a smaller loss end the training.</summary>
    public int Patience { get; }

    /// <summary>Whether the model has the weights of the best epoch at the end.</summary>
    public bool RestoreBestWeights { get; }

    /// <summary>The epoch with the smallest validation loss, counted from 1; 0 before there is one.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The epoch after which the training was ended; 0 if it was not.</summary>
    public int StoppedEpoch { get; private set; }

    /// <summary>
    /// The weights after the best epoch, one array a parameter in model order, where they are to be restored. To resume a
    /// training set them before, since a checkpoint holds none but its own.
    /// </summary>
    public IReadOnlyList<float[]>? BestWeights { get; set; }

    /// <summary>The epoch of a history that is best by its validation loss, the first of equals; null where no loss is a number below
    /// infinity.</summary>
    public static EpochResult? Best(IReadOnlyList<EpochResult> history)
    {
        EpochResult? best = null;
        foreach (EpochResult epoch in history)
        {
            if (epoch.ValidationLoss < (best?.ValidationLoss ?? double.PositiveInfinity))
            {
                best = epoch;
            }
        }

        return best;
    }

    /// <summary>Whether the last epoch of a history is one too many without a smaller loss.</summary>
    internal static bool IsOver(IReadOnlyList<EpochResult> history, int patience)
    {
        int since = history.Count - (Best(history)?.Epoch ?? 0);
        return history.Count > 1 && since > 0 && since >= patience;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The training is resumed, its best weights are to be restored, and they were not set.</exception>
    public override void OnTrainingBegin(TrainingRun run)
    {
        (_run, StoppedEpoch) = (run, 0);
        Judge();
        if (BestEpoch == 0)
        {
            BestWeights = null;
        }
        else if (RestoreBestWeights && BestWeights is null)
        {
            throw new InvalidOperationException($"The weights of epoch {BestEpoch} are to be restored at the end: set BestWeights before the training is resumed.");
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochResult result)
    {
        Judge();
        if (RestoreBestWeights && BestEpoch == result.Epoch)
        {
            BestWeights = [.. _run!.Parameters.Select(p => p.Read())];
        }
    }

    /// <inheritdoc/>
    public override void OnTrainingEnd() => Restore();

    /// <inheritdoc/>
    public override void OnTrainingFailed(Exception error)
    {
        // The weights of a training that diverged are of no use, those of its best epoch are.
        if (error is DivergedException)
        {
            Restore();
        }
    }

    private void Restore()
    {
        if (RestoreBestWeights && BestWeights is { } best)
        {
            foreach ((ModelParameter parameter, float[] values) in _run!.Parameters.Zip(best))
            {
                parameter.Write(values);
            }
        }
    }

    private void Judge()
    {
        BestEpoch = Best(_run!.History)?.Epoch ?? 0;
        if (IsOver(_run.History, Patience))
        {
            StoppedEpoch = _run.History.Count;
            _run.Stop();
        }
    }
}
