using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>Trains a network, saves it, and shows how well it does.</summary>
internal sealed class TrainCommand : TrainerCommand
{
    private readonly RecipeOptions _recipe;

    private readonly PreprocessOption _preprocess = new("Preparation of pixels.");

    private readonly Option<ulong> _seed = OptionOf.Seed("--seed", "Key of every random number: the same seed gives the same model.");

    private readonly BackendOptions _backend = new();
    private readonly DataOption _data = new();
    private readonly ResumeOptions _resume = new();
    private readonly TransferOptions _transfer = new();

    private readonly Option<int> _classes = OptionOf.WholeNumber("--classes", "Number of classes in --data.", 10, 2, 256);

    private readonly Option<string> _out = new("--out")
    {
        Description = "File to save the model to; the format is chosen by the file extension.",
        HelpName = "FILE",
        DefaultValueFactory = _ => ModelOption.DefaultFile,
    };

    private readonly WeightsOnlyOption _weightsOnly = new();

    private readonly Option<int> _ensemble = OptionOf.WholeNumber(
        "--ensemble", "Number of networks to train, with consecutive seeds; each is saved with its number in the file name, and the mean of their probabilities is tested.", 1, 1, 100);

    private readonly Option<string?> _run = ReportFolder.CreateOption("--run", "Keep settings, history, model and report in this folder, for 'runs' to compare.");

    private readonly Option<bool> _profile = new("--profile") { Description = "Print the time of each step and its share of the processor's peak." };

    private readonly Option<string?> _report = ReportFolder.CreateOption("--report", "Also write a report about the trained model into this folder.");

    private readonly Option<int> _preview = OptionOf.WholeNumber("--preview", "Number of training images to print before the training.", 0, 0, 1000);

    public TrainCommand()
        : base("train", "Trains a network on the training images, saves it, and evaluates it on the test images.")
    {
        _out.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !ModelFile.IsKnown(path))
            {
                result.AddError($"--out takes a file name that ends in {ModelFile.Extensions}, not '{path}'");
            }
        });
        _recipe = new RecipeOptions(_data);
        Take([.. _recipe.All, _preprocess, _seed, .. _backend.All, .. _data.AllForTraining, _classes, .. _transfer.All, _out, _weightsOnly, _run, _ensemble, .. _resume.All, _profile, _report, _preview]);
    }

    /// <summary>The processes that train together; null for one process alone. All run this command, and only the first one writes files and reports results.</summary>
    public Communicator? Ranks { get; set; }

    private bool IsFirst => Ranks is not { Rank: > 0 };

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        TrainingRecipe recipe = _recipe.Recipe(line);
        if (line.GetValue(_profile))
        {
            _backend.RequireProcessor(line, _profile.Name);
        }

        if (Ranks is not null || recipe.Shards > 1)
        {
            _backend.RequireProcessorForShards(line);
            recipe.RequireShards(Ranks);
        }

        _transfer.RequireSense(line, _recipe.Network, _preprocess);
        IReadOnlyList<TrainingJob> jobs = JobOf(line).Times(line.GetValue(_ensemble));
        PictureDefaults defaults = _transfer.Pictures(line) ?? recipe.Pictures;
        LoadedData images = _data.Load(line, line.GetValue(_classes), defaults, new PictureReader(renderer, _backend.Threads(line), cancellationToken));
        if (images.Preparation is not null && line.GetResult(_classes) is { Implicit: false })
        {
            throw new RunException(ExitCode.Usage, "--classes is for IDX files; the classes of pictures are their folders, so leave it out.");
        }

        recipe = recipe.For(images.Train);
        renderer.Show(new ClassesNamed(new(images.Train.ClassNames)));
        recipe.RequireClasses(images.Train.Classes);
        var trained = new List<(Predictions Predictions, string Sha256)>();
        foreach (TrainingJob job in jobs)
        {
            if (Train(line, recipe, job, images, renderer, cancellationToken) is { } result)
            {
                trained.Add(result);
            }
        }

        if (!IsFirst)
        {
            return;
        }

        if (jobs.Count > 1)
        {
            Evaluation together = Ensemble.Evaluate([.. trained.Select(member => member.Predictions)], images.Test);
            renderer.Remark($"The mean of the probabilities of all {jobs.Count}:");
            renderer.Show(new TestResult(together));
            renderer.Show(new Confusions(together.Confusion));
        }

        renderer.Show(new RunEnd(
            [.. jobs.Select(job => job.Path)], jobs.Sum(job => new FileInfo(job.Path).Length), jobs.Count == 1 ? trained[0].Sha256 : null,
            Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    /// <summary>Trains one network, saves it and tests it.</summary>
    /// <returns>What the test gave, and the checksum of the weights; null on ranks that have trained and are done then.</returns>
    private (Predictions Predictions, string Sha256)? Train(
        ParseResult line, TrainingRecipe recipe, TrainingJob job, LoadedData images, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        DateTimeOffset date = DateTimeOffset.UtcNow;
        (IDataset training, IDataset? validation) = recipe.Split(images.Train, job.Seed, images.IsByClass);
        using Trainee trainee = _transfer.IsGiven(line) ? _transfer.Create(line, images.Train, renderer) : new Trainee(Describe(line, recipe, images));
        trainee.Prepare(images.Train.Count, recipe.Augmentation is not null);
        Model model = trainee.Model;
        _resume.RequireSense(line, validation is not null);
        RequireTraining(recipe, training, validation);
        Dictionary<string, string> settings = Settings(line, job, images, trainee);
        RunFolder? run = IsFirst ? RunFolder.Begin(job.Run, settings) : null;
        ReportFolder? report = IsFirst ? ReportFolder.Open(job.Report) : null;
        if (IsFirst)
        {
            AtomicFile.EnsureWritable(job.Path, model.Summary.ParameterCount * ModelFile.MostBytesPerParameter);
        }

        using var session = new TrainingSession(_resume, line, trainee.Trained, recipe, () => settings, renderer, new SessionPlace(job.Checkpoints, Ranks));
        trainee.Compile(recipe, () => _backend.Create(line), job.Seed);
        if (!_transfer.IsGiven(line) && PatchWhitening.IsFirstLayerOf(model))
        {
            PatchWhitening.Apply(model, training);
        }

        double peak = line.GetValue(_profile) ? _backend.MeasurePeak(line) : 0;
        trainee.Trained.Profile = line.GetValue(_profile) ? new TrainingProfile() : null;
        renderer.Show(new RunStart(model, job.Seed, training.Count, validation?.Count ?? 0, images.Test.Count, Ranks?.Size ?? 1));
        Remark(renderer, training, validation, images.Train, images.Test);
        if (line.GetValue(_preview) is > 0 and int previewed)
        {
            renderer.Show(new TrainingPreview(Previews(training, previewed, recipe.Augmentation, job.Seed)));
        }

        Provenance Origin() => new()
        {
            Command = CommandText.Of(line),
            Seed = $"{job.Seed}",
            Settings = [KeyValuePair.Create("--epochs", $"{recipe.Epochs}"), .. settings.Where(setting => setting.Key != "--seed")],
            Date = date,
            Duration = session.Duration,
            Machine = TrainingNotes.Machine(model.Backend),
            Version = App.Version,
            ClassNames = images.Train.ClassNames,
        };

        ModelNotes about = images.Notes with { AveragesViews = recipe.AveragesViews };
        SaveOptions form = new() { WeightsOnly = line.GetValue(_weightsOnly) };
        void Save(string path) => TrainCommand.Save(model, path, Origin(), session.Curves, about, recipe.ShuffleSplit, form);

        Fit(line, job, session, trainee, (training, validation), Save, cancellationToken);
        if (!IsFirst)
        {
            return null;
        }

        if (trainee.Trained.Profile is { Steps: > 0 } profile)
        {
            renderer.Show(new MeasuredProfile(profile, peak, _backend.MeasurePeak(line), model.Backend.Threads));
        }

        trainee.Finish();
        Save(job.Path);
        Evaluation evaluation = Test(renderer, model, images.Test, (job.Path, about), cancellationToken);
        report?.Write(renderer, new ReportSubject(Path.GetFileName(job.Path), model, images.Test, evaluation, session.Curves) { Origin = Origin() });
        string sha256 = model.WeightsSha256();
        run?.End(session.Curves, new RunResult(
            trainee.SourceSha256 is null ? recipe.Network : "from a model", model.Summary.ParameterCount, session.Curves.Epochs, Stopwatch.GetElapsedTime(start).TotalSeconds,
            evaluation.Loss, evaluation.Accuracy, session.Curves.ValidationAccuracy?[^1], sha256));
        return (evaluation.Predictions, sha256);
    }

    /// <summary>The training that a command line asks for, or the first of an ensemble.</summary>
    private TrainingJob JobOf(ParseResult line)
    {
        string? run = line.GetValue(_run);
        if (run is not null && line.GetResult(_out) is { Implicit: false })
        {
            throw new RunException(ExitCode.Usage, "--run keeps the model in its folder; leave out --out.");
        }

        string path = run is null ? line.GetRequiredValue(_out) : Path.Combine(run, RunFolder.ModelName);
        string? report = line.GetValue(_report) ?? (run is null ? null : Path.Combine(run, RunFolder.ReportName));
        return new TrainingJob(line.GetValue(_seed), path, _resume.Folder(line), report, run);
    }

    private Model Describe(ParseResult line, TrainingRecipe recipe, LoadedData images)
    {
        LabelledImages train = images.Train;
        ZooNetwork network = Zoo.Find(recipe.Network);
        try
        {
            return network.Create(train.ItemShape, train.Classes, PreprocessingOf(line, images));
        }
        catch (ArgumentException misfit) when (Math.Min(train.Height, train.Width) >= network.SmallestSide)
        {
            throw new RunException(ExitCode.Usage, $"--preprocess does not fit the images: {misfit.Message.Split(" (Parameter")[0]}");
        }
        catch (ArgumentException tooSmall)
        {
            string folder = _data.Folder(line);
            throw new DataFileException(
                folder,
                $"The images in '{folder}' are {train.Height} x {train.Width} pixels, and the network {network.Name} needs at least {network.SmallestSide} x {network.SmallestSide}; use larger ones, or another network.",
                tooSmall);
        }
    }

    /// <summary>The preparation of pixels: what was asked for; else whole pictures are standardized by channel.</summary>
    private Preprocessing PreprocessingOf(ParseResult line, LoadedData images) =>
        line.GetResult(_preprocess) is { Implicit: false } || images.Preparation?.Kind != PictureKind.Picture ? _preprocess.Value(line) : images.Standardization;

    private static IReadOnlyList<Preview> Previews(IDataset training, int count, Augmentation? augmentation, ulong seed)
    {
        Preview loaded = Preview.AsLoaded(training, count);
        return augmentation is null ? [loaded] : [loaded, Preview.AsAugmented(training, count, augmentation, seed)];
    }

    private static void RequireTraining(TrainingRecipe recipe, IDataset training, IDataset? validation)
    {
        if (training.Count == 0)
        {
            throw new RunException(
                ExitCode.Usage, $"--validation-split {recipe.ValidationSplit} leaves none of the {validation?.Count:N0} images to train on; use a smaller one.");
        }
    }

    /// <summary>Says what about the data makes the result worth less than it will seem.</summary>
    private static void Remark(Renderer renderer, IDataset training, IDataset? validation, LabelledImages train, LabelledImages test)
    {
        IReadOnlyList<string> ofClasses = DatasetRemarks.OfClasses(training, validation);
        foreach (string remark in ofClasses.Concat(DatasetRemarks.OfImages(train, test)))
        {
            renderer.Remark(remark);
        }

        if (validation is not null && ofClasses.Any(remark => remark.Contains(" part ", StringComparison.Ordinal)))
        {
            renderer.Remark("With --shuffle-split the validation images are drawn from all classes.");
        }
    }

    /// <summary>The settings that a resumed training has to share with the one that it continues, to end with the same model.</summary>
    private Dictionary<string, string> Settings(ParseResult line, TrainingJob job, LoadedData images, Trainee trainee)
    {
        var settings = new Dictionary<string, string>(_recipe.Settings(line).Concat(_transfer.Settings(line, trainee)))
        {
            ["--seed"] = $"{job.Seed}",
            ["--preprocess"] = PreprocessingOf(line, images).ToString(),
            ["--conv"] = _backend.Conv(line),
            ["--classes"] = $"{images.Train.Classes}",
            ["fingerprint of the training images"] = DataFingerprint.Of(images.Train),
        };
        if ((_recipe.Recipe(line).Shards ?? Ranks?.Size ?? 1) is > 1 and int shards)
        {
            settings["--shards"] = $"{shards}";
        }

        return settings;
    }

    private void Fit(
        ParseResult line, TrainingJob job, TrainingSession session, Trainee trainee, (IDataset Training, IDataset? Validation) data, Action<string> save,
        CancellationToken cancellationToken)
    {
        try
        {
            IDataset training = trainee.Features(data.Training, () => _backend.Create(line));
            IDataset? validation = data.Validation is null ? null : trainee.Features(data.Validation, () => _backend.Create(line));
            session.Fit(trainee.Trained, training, validation, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            trainee.Finish();
            if (!IsFirst)
            {
                throw;
            }

            throw Interrupted(job, session, save);
        }
        catch (DivergedException failure)
        {
            throw new RunException(ExitCode.RuntimeFailure, $"{failure.Message.TrimEnd('.')}; {Before(job.Path)}.");
        }
    }

    /// <summary>The state of the model's file when the training has not written it, as the end of a sentence.</summary>
    private static string Before(string path) => File.Exists(path) ? $"'{path}' is unchanged" : $"'{path}' was not written";

    /// <summary>Saves what an interrupted training has learnt: as a checkpoint, or beside the model it was meant to replace.</summary>
    private static RunException Interrupted(TrainingJob job, TrainingSession session, Action<string> save)
    {
        string path = job.Path;
        string before = Before(path);
        if (session.KeepInterrupted() is { } told)
        {
            return new RunException(ExitCode.Cancelled, $"{told}, and {before}.");
        }

        if (session.Steps == 0)
        {
            return new RunException(ExitCode.Cancelled, $"Interrupted before the first step was complete: nothing was saved, and {before}.");
        }

        string kept = Path.ChangeExtension(path, ".interrupted" + Path.GetExtension(path));
        try
        {
            save(kept);
        }
        catch (FileWriteException failure)
        {
            return new RunException(
                ExitCode.Cancelled, $"Interrupted {session.Position}, and what it had learnt is lost, because {failure.Message.TrimEnd('.')}; {before}.");
        }

        return new RunException(
            ExitCode.Cancelled, $"Interrupted {session.Position}: what it had learnt is saved as '{kept}', and {before}.", kept);
    }

    private static void Save(Model model, string path, Provenance origin, LearningCurves curves, ModelNotes about, bool shuffleSplit, SaveOptions form)
    {
        model.RequireFinite();
        Dictionary<string, string> notes = TrainingNotes.Write(origin);
        notes[HistoryText.Key] = HistoryText.Write(curves);
        about.Write(notes);
        if (shuffleSplit)
        {
            notes["shuffle_split"] = "true";
        }

        ModelFile.Save(model, path, notes, form);
    }

    private static Evaluation Test(Renderer renderer, Model model, LabelledImages test, (string Path, ModelNotes Notes) file, CancellationToken cancellationToken)
    {
        try
        {
            Evaluation evaluation = file.Notes.Evaluate(model, test, cancellationToken);
            renderer.Show(new TestResult(evaluation));
            renderer.Show(new Confusions(evaluation.Confusion));
            renderer.Show(new TestExamples(evaluation, test));
            if (evaluation.Confusion.IsGuessing)
            {
                renderer.Remark("The model does no better than always predicting the most frequent class: train it for longer, or with another learning rate.");
            }

            return evaluation;
        }
        catch (OperationCanceledException)
        {
            throw new RunException(ExitCode.Cancelled, $"Interrupted in the test, after the training was done: the model is saved as '{file.Path}'.", file.Path);
        }
    }
}
