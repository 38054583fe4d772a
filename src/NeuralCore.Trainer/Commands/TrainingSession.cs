using System.CommandLine;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>One training of a command line, which may go on from an earlier one, end early, and be interrupted.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly Renderer _renderer;
    private readonly TrainingWatcher _watcher;
    private readonly EarlyStopping? _stopping;
    private readonly Checkpointing? _checkpoints;
    private readonly Checkpoint? _start;
    private readonly string? _folder;
    private readonly bool _resumes;
    private readonly TrainingRecipe _recipe;
    private readonly Communicator? _ranks;

    /// <summary>Opens the folder of the checkpoints, if one is given, and with --resume reads the newest.</summary>
    /// <param name="options">The options.</param>
    /// <param name="line">The command line.</param>
    /// <param name="model">The model that will be trained; it need not be compiled yet.</param>
    /// <param name="recipe">How it will be trained.</param>
    /// <param name="settings">Name and value of each setting that a resumption has to share.</param>
    /// <param name="renderer">Reports checkpoints, and what is wrong with them.</param>
    /// <param name="place">Where to keep checkpoints, and which process this one is.</param>
    /// <exception cref="RunException">There are checkpoints already, and --resume was not given.</exception>
    public TrainingSession(
        ResumeOptions options, ParseResult line, Model model, TrainingRecipe recipe, Func<Dictionary<string, string>> settings, Renderer renderer, SessionPlace place)
    {
        string? folder = place.IsFirst ? place.Checkpoints : null;
        (_recipe, _ranks) = (recipe, place.Ranks);
        (_renderer, _watcher, _stopping) = (renderer, new TrainingWatcher(renderer, recipe), options.CreateStopping(line, keepsBest: place.IsFirst));
        (_folder, _resumes) = (folder, options.Resumes(line));
        if (_folder is null)
        {
            return;
        }

        _checkpoints = new Checkpointing(_folder, model, options.Schedule(line), settings(), model.NewCheckpoint(recipe.CreateOptimizer(), recipe.Average is not null))
        {
            Saved = checkpoint => renderer.Show(new CheckpointWritten(checkpoint)),
            Failed = failure => renderer.Show(new Warning(failure.FilePath, failure.Message)),
            Refused = failure => renderer.Show(new Warning(failure.FilePath, failure.Message)),
        };
        try
        {
            _start = ReadStart();
        }
        catch
        {
            _checkpoints.Dispose();
            throw;
        }
    }

    /// <summary>Where the training stands: <c>in epoch 2 at step 113 of 329</c>.</summary>
    public string Position => _watcher.Position;

    /// <summary>The training steps that were done by this run.</summary>
    public long Steps => _watcher.Steps;

    /// <summary>What the epochs came to, those before a resumption too.</summary>
    public LearningCurves Curves => _watcher.Curves;

    /// <summary>The time of the training so far, before a resumption too.</summary>
    public TimeSpan Duration => _watcher.Duration;

    /// <summary>Trains to the end.</summary>
    /// <exception cref="OperationCanceledException">The training was interrupted.</exception>
    /// <exception cref="DivergedException">The training diverged.</exception>
    public void Fit(Model model, IDataset training, IDataset? validation, CancellationToken cancellationToken)
    {
        if (_start is not null)
        {
            RequireAhead(_start.Position, _recipe.Epochs);
            _renderer.Show(new Resumption(_checkpoints!.Last!));
        }
        else if (_resumes && _folder is not null)
        {
            _renderer.Show(new Warning(_folder, $"There is no checkpoint in '{_folder}' yet; starting a new training."));
        }

        Callback?[] callbacks = [_recipe.CreateSchedule(), _recipe.CreateAverage(), _watcher, _stopping, _checkpoints];
        var options = new FitOptions
        {
            ResumeFrom = _start,
            Augmentation = _recipe.Augmentation,
            ClassWeight = _recipe.ClassWeights,
            Ranks = _ranks,
            Shards = _recipe.Shards,
            CancellationToken = cancellationToken,
        };
        model.Fit(training, _recipe.Epochs, _recipe.BatchSize, validationData: validation, callbacks: [.. callbacks.OfType<Callback>()], options: options);
        if (_stopping is not null)
        {
            _renderer.Show(new Judgement(_stopping));
        }
    }

    /// <summary>Writes a checkpoint of an interrupted training.</summary>
    /// <returns>The beginning of the message to the user, which goes on with the state of the model's file; null if no checkpoint was written.</returns>
    public string? KeepInterrupted()
    {
        if (_checkpoints is null)
        {
            return null;
        }

        bool isKept = Steps > 0 ? _checkpoints.SaveAndWait() : _start is not null;
        return isKept
            ? $"Interrupted {(Steps > 0 ? Position : "before the next step")}: '{_checkpoints.Last!.File}' is the checkpoint that --resume continues from"
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _checkpoints?.Dispose();

    private static void RequireAhead(TrainingPosition position, int epochs)
    {
        if (position.Epoch > epochs)
        {
            throw new RunException(ExitCode.Usage, $"The training to resume is in epoch {position.Epoch} already, and --epochs is {epochs}; ask for at least {position.Epoch}.");
        }
    }

    private Checkpoint? ReadStart()
    {
        if (!_resumes)
        {
            return _checkpoints!.IsEmpty
                ? null
                : throw new RunException(
                    ExitCode.Usage, $"The folder '{_folder}' has checkpoints already; add --resume to continue from the newest, or choose another folder.", _folder);
        }

        Checkpoint? start = _checkpoints!.ReadNewest();
        if (_stopping is { RestoreBestWeights: true })
        {
            _stopping.BestWeights = _checkpoints.ReadBestWeights(start?.Position);
        }

        return start;
    }
}

/// <summary>Where a training keeps its checkpoints, and the processes that it runs in, the first of which writes them.</summary>
/// <param name="Checkpoints">The folder; null to keep no checkpoints.</param>
/// <param name="Ranks">The processes that train together; null for a single process.</param>
internal readonly record struct SessionPlace(string? Checkpoints, Communicator? Ranks)
{
    /// <summary>Whether this process writes the checkpoints.</summary>
    public bool IsFirst => Ranks is not { Rank: > 0 };
}
