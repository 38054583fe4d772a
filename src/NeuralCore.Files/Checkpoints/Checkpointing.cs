using NeuralCore.Data;

namespace NeuralCore.Files;

/// <summary>
/// Keeps the checkpoints of a training in a folder: reads the newest before it begins, and writes one after every epoch, and after a
/// number of steps if one is given. Training waits only until its state is copied; a thread of the pool writes the copy. The next
/// save waits for the last one.
/// </summary>
/// <remarks>
/// A save that fails does not end the training: it is reported, and the next one is tried as if nothing had happened. Older
/// checkpoints stay until a newer one is on the disk.
/// </remarks>
public sealed class Checkpointing : Callback, IDisposable
{
    private readonly string _path;
    private readonly CheckpointSchedule _schedule;
    private readonly IReadOnlyDictionary<string, string> _network;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly CheckpointFolder _folder;
    private readonly Checkpoint _checkpoint;
    private TrainingRun? _run;
    private Task<string>? _writing;

    /// <summary>Opens the folder, which cannot be opened again until this is disposed of, and takes the memory for a copy of the training's state.</summary>
    /// <param name="folder">The folder; it is made if it does not exist.</param>
    /// <param name="model">The model that will be trained; it need not be compiled yet.</param>
    /// <param name="schedule">When to write, and what to keep.</param>
    /// <param name="settings">Name and value of each setting that a resumption has to share, beside the network; for people to read.</param>
    /// <param name="memory">Memory for a moment of the training, of <see cref="Model.NewCheckpoint"/>: to be given for a model that is not compiled yet and is not trained by Adam,
    /// and where an average of the weights is kept.</param>
    /// <exception cref="FileWriteException">The folder cannot be made or written to, or another program has it open.</exception>
    public Checkpointing(
        string folder, Model model, CheckpointSchedule? schedule = null, IReadOnlyDictionary<string, string>? settings = null, Checkpoint? memory = null)
    {
        (_path, _schedule, _settings) = (folder, schedule ?? new CheckpointSchedule(), settings ?? new Dictionary<string, string>());
        _network = SafetensorsModel.Describe(model);
        _checkpoint = memory ?? model.NewCheckpoint();
        _folder = CheckpointFolder.Open(folder, (_checkpoint.Optimizer.Count + (_checkpoint.Average is null ? 1 : 2)) * sizeof(float) * model.Summary.ParameterCount);
    }

    /// <summary>Is told of each checkpoint that is on the disk, on the training's thread.</summary>
    public Action<SavedCheckpoint>? Saved { get; init; }

    /// <summary>Is told of each checkpoint that could not be written, on the training's thread.</summary>
    public Action<FileWriteException>? Failed { get; init; }

    /// <summary>Is told of each file that cannot be used, while the newest checkpoint is searched.</summary>
    public Action<DataFileException>? Refused { get; init; }

    /// <summary>Whether there are no checkpoints in the folder, good or bad.</summary>
    public bool IsEmpty => _folder.Steps().Length == 0;

    /// <summary>The last checkpoint that was read or written; null before the first.</summary>
    public SavedCheckpoint? Last { get; private set; }

    /// <summary>Reads the newest checkpoint that is whole, for a Fit to go on from.</summary>
    /// <returns>The checkpoint, valid until training goes on; null if there is none.</returns>
    /// <exception cref="CheckpointMismatchException">It belongs to a training with other settings.</exception>
    /// <exception cref="DataFileException">There are files, and not one can be used.</exception>
    public Checkpoint? ReadNewest()
    {
        long[] all = _folder.Steps();
        foreach (long steps in all)
        {
            string file = _folder.FileAfter(steps);
            try
            {
                CheckpointFile.Read(file, _checkpoint, _network, _settings);
                Last = Describe(file);
                return _checkpoint;
            }
            catch (DataFileException failure)
            {
                Refused?.Invoke(failure);
            }
        }

        return all.Length == 0
            ? null
            : throw new DataFileException(_path, $"The folder '{_path}' has no checkpoint that can be used; choose another folder to start anew.");
    }

    /// <summary>Reads the weights after the best epoch of a history, one array a parameter in model order.</summary>
    /// <param name="position">A position with that history; null is answered with null.</param>
    /// <returns>The weights; null where the history has no best epoch.</returns>
    /// <exception cref="DataFileException">The checkpoint of that epoch is missing or damaged.</exception>
    public IReadOnlyList<float[]>? ReadBestWeights(TrainingPosition? position)
    {
        if (position?.StepsOfBest is not { } steps)
        {
            return null;
        }

        var best = new Checkpoint(_checkpoint);
        CheckpointFile.Read(_folder.FileAfter(steps), best, _network, _settings);
        return best.Judged;
    }

    /// <inheritdoc/>
    public override void OnTrainingBegin(TrainingRun run) => _run = run;

    /// <inheritdoc/>
    public override void OnStepEnd(in StepProgress progress)
    {
        if (_writing is { IsCompleted: true })
        {
            Finish();
        }

        // After an epoch's last step there is nothing to save: the end of the epoch is near.
        long step = ((progress.Epoch - 1L) * progress.Steps) + progress.Step;
        if (_schedule.EverySteps is { } every && step % every == 0 && progress.Step < progress.Steps)
        {
            Save();
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochResult result) => Save();

    /// <inheritdoc/>
    public override void OnTrainingEnd() => Finish();

    /// <summary>Writes where the training stands, and waits until that is on the disk: for the moment after a cancellation.</summary>
    /// <returns>Whether it is on the disk.</returns>
    public bool SaveAndWait()
    {
        if (_run is null)
        {
            return false;
        }

        Save();
        return Finish();
    }

    /// <summary>Waits for the save that is running, and lets others open the folder.</summary>
    public void Dispose()
    {
        Finish();
        _folder.Dispose();
    }

    /// <summary>Copies the state, once the last copy is written, and has it written.</summary>
    private void Save()
    {
        Finish();
        _run!.Capture(_checkpoint);
        _writing = Task.Run(() =>
        {
            TrainingPosition position = _checkpoint.Position;
            string file = _folder.FileAfter(position.Steps);
            CheckpointFile.Write(file, _checkpoint, _network, _settings);
            _folder.Prune(position.Steps, _schedule.Keep, position.StepsOfBest);
            return file;
        });
    }

    /// <summary>Waits for the save that is running, and tells how it ended.</summary>
    /// <returns>Whether there was one and it succeeded.</returns>
    private bool Finish()
    {
        if (_writing is not { } writing)
        {
            return false;
        }

        _writing = null;
        try
        {
            Last = Describe(writing.GetAwaiter().GetResult());
            Saved?.Invoke(Last);
            return true;
        }
        catch (FileWriteException failure)
        {
            Failed?.Invoke(failure);
            return false;
        }
    }

    private SavedCheckpoint Describe(string file) => new(file, _checkpoint.Position);
}

/// <summary>When to write checkpoints, and which to keep.</summary>
public sealed record CheckpointSchedule
{
    /// <summary>Makes a schedule.</summary>
    /// <param name="everySteps">After how many steps to write one within an epoch, at least 1; null for only at its end.</param>
    /// <param name="keep">How many of the newest stay, at least 1; that of the epoch with the smallest validation loss stays as well.</param>
    public CheckpointSchedule(int? everySteps = null, int keep = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps ?? 1, 1, nameof(everySteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (EverySteps, Keep) = (everySteps, keep);
    }

    /// <summary>After how many steps to write one within an epoch; null for only at its end.</summary>
    public int? EverySteps { get; }

    /// <summary>How many of the newest stay.</summary>
    public int Keep { get; }
}

/// <summary>A checkpoint on the disk.</summary>
/// <param name="File">Its file.</param>
/// <param name="Position">Where the training stood.</param>
public sealed record SavedCheckpoint(string File, TrainingPosition Position)
{
    /// <summary>Whether it follows the epoch with the smallest validation loss so far.</summary>
    public bool IsBest => Position.StepsOfBest == Position.Steps;
}
