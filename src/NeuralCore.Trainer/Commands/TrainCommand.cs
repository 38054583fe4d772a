using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Trains the network, saves it, and shows how well it does.</summary>
internal sealed class TrainCommand : TrainerCommand
{
    private readonly RecipeOptions _recipe;

    private readonly ChoiceOption<(Func<Preprocessing, Shape?, int, Sequential> Create, int SmallestSide)> _network = new(
        "--network", "The network: seed has two convolutions and 2.4 million parameters, compact has four and 0.2 million.",
        ("seed", (SeedNetwork.Create, 6)), ("compact", (CompactNetwork.Create, 16)));

    private readonly ChoiceOption<Preprocessing> _preprocess = new(
        "--preprocess", "Divide pixels by 255, or each column of an image by its length.", ("scale", Preprocessing.Scale), ("l2-columns", Preprocessing.L2Columns));

    private readonly Option<ulong> _seed = OptionOf.Seed("--seed", "Decides every random number: the same seed gives the same model.");

    private readonly BackendOptions _backend = new();
    private readonly DataOption _data = new();
    private readonly ResumeOptions _resume = new();

    private readonly Option<int> _classes = OptionOf.WholeNumber("--classes", "How many classes the labels of --data have.", 10, 2, 256);

    private readonly Option<string> _out = new("--out")
    {
        Description = "Where to save the model.",
        HelpName = "FILE",
        DefaultValueFactory = _ => ModelOption.DefaultFile,
    };

    private readonly Option<bool> _profile = new("--profile") { Description = "Show where the time goes, step by step, against the processor's peak." };

    private readonly Option<string?> _report = ReportFolder.CreateOption("--report", "Write a report of the trained model into this folder.");

    private readonly Option<int> _preview = OptionOf.WholeNumber("--preview", "How many training images to show before the training.", 0, 0, 1000);

    public TrainCommand()
        : base("train", "Trains the network on the training images, saves it, and tests it.")
    {
        _out.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !ModelFile.IsKnown(path))
            {
                result.AddError($"--out takes the name of a model, which ends in {ModelFile.Extensions}, not '{path}'");
            }
        });
        _recipe = new RecipeOptions(_data);
        Take([.. _recipe.All, _network, _preprocess, _seed, .. _backend.All, .. _data.All, _classes, _out, .. _resume.All, _profile, _report, _preview]);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        TrainingRecipe recipe = _recipe.Recipe(line);
        string path = line.GetRequiredValue(_out);
        if (line.GetValue(_profile))
        {
            _backend.RequireProcessor(line, _profile.Name);
        }

        (LabelledImages train, LabelledImages test) = _data.Load(line, line.GetValue(_classes));
        using Model model = Describe(line, train);
        AtomicFile.EnsureWritable(path, model.Summary.ParameterCount * ModelFile.MostBytesPerParameter);
        var report = ReportFolder.Open(line.GetValue(_report));
        ulong seed = line.GetValue(_seed);
        (IDataset training, IDataset? validation) = recipe.Split(train, seed);
        _resume.RequireSense(line, validation is not null);
        recipe.RequireClasses(train.Classes);
        using var session = new TrainingSession(_resume, line, model, recipe, () => Settings(line, train), renderer);
        model.Compile(recipe.CreateOptimizer(), recipe.CreateLoss(), backend: _backend.Create(line), seed: seed);
        double peak = line.GetValue(_profile) ? _backend.MeasurePeak(line) : 0;
        model.Profile = line.GetValue(_profile) ? new TrainingProfile() : null;
        RunStart run = MakeStart(line, recipe, model, (training, validation), test);
        renderer.Start(run, model);
        Remark(renderer, training, validation, train, test);
        if (line.GetValue(_preview) is > 0 and int previewed)
        {
            renderer.Preview(Previews(training, previewed, recipe.Augmentation, seed));
        }

        Fit(line, session, model, (training, validation), cancellationToken);
        if (model.Profile is { Steps: > 0 } profile)
        {
            renderer.Profile(new MeasuredProfile(profile, peak, model.Backend.Threads));
        }

        Save(line, model, path, session.Curves);
        Evaluation evaluation = Test(renderer, model, test, path, cancellationToken);
        report?.Write(renderer, new ReportSubject(Path.GetFileName(path), model, test, evaluation, session.Curves));
        renderer.Done(new RunEnd(path, new FileInfo(path).Length, model.WeightsSha256(), Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    private Model Describe(ParseResult line, LabelledImages train)
    {
        (Func<Preprocessing, Shape?, int, Sequential> create, int smallest) = _network.Value(line);
        try
        {
            return create(_preprocess.Value(line), train.ItemShape, train.Classes);
        }
        catch (ArgumentException tooSmall)
        {
            string folder = _data.Folder(line);
            throw new DataFileException(
                folder, $"The images in '{folder}' are {train.Height} x {train.Width} pixels, and the network needs at least {smallest} x {smallest}; use larger ones.", tooSmall);
        }
    }

    private static IReadOnlyList<Preview> Previews(IDataset training, int count, Augmentation? augmentation, ulong seed)
    {
        Preview loaded = Preview.AsLoaded(training, count);
        return augmentation is null ? [loaded] : [loaded, Preview.AsAugmented(training, count, augmentation, seed)];
    }

    private RunStart MakeStart(ParseResult line, TrainingRecipe recipe, Model model, (IDataset Training, IDataset? Validation) data, LabelledImages test) =>
        data.Training.Count > 0
            ? new RunStart(
                model.Backend.Name, model.Backend.Simd, model.Backend.Threads, line.GetValue(_seed), data.Training.Count, data.Validation?.Count ?? 0, test.Count)
            : throw new RunException(
                ExitCode.Usage, $"--validation-split {recipe.ValidationSplit} leaves none of the {data.Validation?.Count:N0} images to train on; use a smaller one.");

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

    /// <summary>What a resumed training has to share with the one that it goes on with, for both to be the same training.</summary>
    private Dictionary<string, string> Settings(ParseResult line, LabelledImages train)
    {
        var settings = new Dictionary<string, string>(_recipe.Settings(line))
        {
            ["--seed"] = $"{line.GetValue(_seed)}",
            ["--preprocess"] = _preprocess.Value(line).ToString(),
            ["--conv"] = _backend.Conv(line),
            ["--classes"] = $"{line.GetValue(_classes)}",
            ["fingerprint of the training images"] = DataFingerprint.Of(train),
        };
        if (line.GetResult(_network) is { Implicit: false })
        {
            settings["--network"] = line.GetRequiredValue(_network);
        }

        return settings;
    }

    private void Fit(
        ParseResult line, TrainingSession session, Model model, (IDataset Training, IDataset? Validation) data, CancellationToken cancellationToken)
    {
        try
        {
            session.Fit(model, data.Training, data.Validation, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw Interrupted(line, model, session, line.GetRequiredValue(_out));
        }
        catch (DivergedException failure)
        {
            throw new RunException(ExitCode.RuntimeFailure, $"{failure.Message.TrimEnd('.')}; {Before(line.GetRequiredValue(_out))}.");
        }
    }

    /// <summary>What became of the file that the training was to write, where it wrote none.</summary>
    private static string Before(string path) => File.Exists(path) ? $"'{path}' is as it was" : $"there is no '{path}' yet";

    /// <summary>Saves what an interrupted training has learnt: as a checkpoint, or beside the model it was meant to replace.</summary>
    private RunException Interrupted(ParseResult line, Model model, TrainingSession session, string path)
    {
        string before = Before(path);
        if (session.KeepInterrupted() is { } told)
        {
            return new RunException(ExitCode.Cancelled, $"{told}, and {before}.");
        }

        if (session.Steps == 0)
        {
            return new RunException(ExitCode.Cancelled, $"Interrupted before the first step was done: nothing was saved, and {before}.");
        }

        string kept = Path.ChangeExtension(path, ".interrupted" + Path.GetExtension(path));
        try
        {
            Save(line, model, kept, session.Curves);
        }
        catch (FileWriteException failure)
        {
            return new RunException(
                ExitCode.Cancelled, $"Interrupted {session.Position}, and what was learnt by then is lost, because {failure.Message.TrimEnd('.')}; {before}.");
        }

        return new RunException(
            ExitCode.Cancelled, $"Interrupted {session.Position}: what was learnt by then is saved as '{kept}', and {before}.", kept);
    }

    private void Save(ParseResult line, Model model, string path, LearningCurves curves)
    {
        model.RequireFinite();
        var notes = new Dictionary<string, string> { ["seed"] = $"{line.GetValue(_seed)}", [HistoryText.Key] = HistoryText.Write(curves) };
        if (_recipe.Recipe(line).ShuffleSplit)
        {
            notes["shuffle_split"] = "true";
        }

        ModelFile.Save(model, path, notes);
    }

    private static Evaluation Test(Renderer renderer, Model model, LabelledImages test, string path, CancellationToken cancellationToken)
    {
        try
        {
            Evaluation evaluation = model.Evaluate(test, cancellationToken: cancellationToken);
            renderer.Test(evaluation);
            renderer.Confusion(evaluation.Confusion);
            renderer.Examples(evaluation, test);
            if (evaluation.Confusion.IsGuessing)
            {
                renderer.Remark("The model is right no more often than one that always gives the most frequent class: train it for longer, or with another learning rate.");
            }

            return evaluation;
        }
        catch (OperationCanceledException)
        {
            throw new RunException(ExitCode.Cancelled, $"Interrupted in the test, after the training was done: the model is saved as '{path}'.", path);
        }
    }
}
