using System.CommandLine;
using System.Globalization;

namespace NeuralCore.Trainer.Commands;

/// <summary>
/// The options that say how to train. A preset changes the defaults of some of them; what is given on the command line overrides both.
/// </summary>
internal sealed class RecipeOptions
{
    private readonly DataOption _data;

    private readonly ChoiceOption<TrainingRecipe> _preset = new(
        "--preset",
        $"A set of defaults. fast reaches 99 % on MNIST in seconds: {Described(TrainingRecipe.Fast)}. "
            + $"fastest takes a small network there in three seconds: {Described(TrainingRecipe.Fastest)}. "
            + $"robust reads digits outside MNIST and takes minutes: {Described(TrainingRecipe.Robust)}. "
            + $"best aims at the highest accuracy within an hour: {Described(TrainingRecipe.Best)}, with rotation, shift and zoom alone. "
            + $"letters learns signs on paper from a hundred pictures of each: --prepare frame {Described(TrainingRecipe.Letters)}, with stronger distortions. "
            + $"colour learns small pictures: --prepare picture {Described(TrainingRecipe.Colour)}; pictures are mirrored and moved, and predictions averaged over six views.",
        ("none", TrainingRecipe.Default), ("fast", TrainingRecipe.Fast), ("fastest", TrainingRecipe.Fastest), ("robust", TrainingRecipe.Robust), ("best", TrainingRecipe.Best),
        ("letters", TrainingRecipe.Letters), ("colour", TrainingRecipe.Colour));

    private readonly NetworkOption _network = new("The network to train. Default: that of the preset.");

    private readonly Option<int> _epochs = OptionOf.WholeNumber("--epochs", "Passes over the training images.", TrainingRecipe.Default.Epochs, 1);

    private readonly Option<int> _batchSize = OptionOf.WholeNumber("--batch-size", "Images per step.", TrainingRecipe.Default.BatchSize, 1);

    private readonly Option<int?> _shards = new("--shards")
    {
        Description = "Parts of each batch that are summed in a fixed order, for the same model on any number of processes. Default: the number of processes.",
        HelpName = "N",
    };

    private readonly Option<double> _validationSplit = OptionOf.Number(
        "--validation-split", "Fraction of the training images held out for validation, taken from their end.", TrainingRecipe.Default.ValidationSplit,
        "of at least 0 and below 1", x => x is >= 0 and < 1);

    private readonly Option<bool> _shuffleSplit = new("--shuffle-split")
    {
        Description = "Hold out a random sample instead, the same fraction of each class: for images sorted by class.",
    };

    private readonly Option<double> _learningRate = OptionOf.Number(
        "--learning-rate", "Learning rate; its maximum if a schedule changes it.", TrainingRecipe.Default.LearningRate, "above 0", x => x > 0 && double.IsFinite(x));

    private readonly ChoiceOption<RateSchedule> _schedule = new(
        "--schedule", "Learning rate over the training: constant, a cosine decay to 1/100, one cycle up from 1/25 and down to zero, or a triangle up from 1/5 and down to 7/100.",
        ("constant", RateSchedule.Constant), ("cosine", RateSchedule.Cosine), ("one-cycle", RateSchedule.OneCycle),
        ("triangular", RateSchedule.Triangular));

    private readonly Option<bool> _augment = new("--augment")
    {
        Description = "Distort each training image slightly each time it is used, for a model that also reads handwriting unlike MNIST's.",
    };

    private readonly Option<double> _labelSmoothing = OptionOf.Number(
        "--label-smoothing", "Share of each label that is spread over all classes, for a less overconfident model.", 0, "of at least 0 and below 1", x => x is >= 0 and < 1);

    private readonly Option<double?> _clipNorm = OptionOf.NumberOrNone(
        "--clip-norm", "Clip the gradients to this global norm.", "above 0", x => x > 0 && double.IsFinite(x));

    private readonly Option<double?> _average = OptionOf.NumberOrNone(
        "--average", "Evaluate and save an exponential moving average of the weights with this decay per step, such as 0.999 (less in the first steps).", "of at least 0 and below 1", x => x is >= 0 and < 1);

    private readonly Option<IReadOnlyDictionary<int, double>?> _classWeights = new("--class-weights")
    {
        Description = "Weight of the images of some classes in training, such as 3:2,8:0.5; all others weigh 1.",
        HelpName = "CLASS:X,...",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ParseWeights(text) is { } weights)
            {
                return weights;
            }

            result.AddError($"--class-weights takes each class once with a number of at least 0, as 3:2,8:0.5, not '{text}'");
            return null;
        },
    };

    private readonly Option<bool> _styles = new("--styles")
    {
        Description = "Add strokes that are rare in MNIST: flags on ones, bars through sevens, and more. Part of --preset robust with MNIST.",
    };

    /// <summary>Makes the options.</summary>
    /// <param name="data">Tells whether the images are MNIST's.</param>
    public RecipeOptions(DataOption data)
    {
        _data = data;
        OptionOf.ParseWholeNumber(_shards, smallest: 1);
    }

    /// <summary>The option that names the network.</summary>
    public Option Network => _network;

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _preset, _network, _epochs, _batchSize, _shards, _validationSplit, _shuffleSplit, _learningRate, _schedule, _augment, _styles, _labelSmoothing, _clipNorm, _average, _classWeights,
    ];

    /// <summary>What the command line comes to.</summary>
    public TrainingRecipe Recipe(ParseResult line)
    {
        TrainingRecipe preset = _preset.Value(line);
        return preset with
        {
            Network = _network.Chosen(line) ?? preset.Network,
            Epochs = IsGiven(_epochs) ? line.GetValue(_epochs) : preset.Epochs,
            BatchSize = IsGiven(_batchSize) ? line.GetValue(_batchSize) : preset.BatchSize,
            ValidationSplit = IsGiven(_validationSplit) ? line.GetValue(_validationSplit) : preset.ValidationSplit,
            ShuffleSplit = line.GetValue(_shuffleSplit),
            LearningRate = IsGiven(_learningRate) ? line.GetValue(_learningRate) : preset.LearningRate,
            Schedule = IsGiven(_schedule) ? _schedule.Value(line) : preset.Schedule,
            Augmentation = Augmentation(),
            LabelSmoothing = IsGiven(_labelSmoothing) ? line.GetValue(_labelSmoothing) : preset.LabelSmoothing,
            ClipNorm = line.GetValue(_clipNorm),
            Shards = line.GetValue(_shards),
            Average = IsGiven(_average) ? line.GetValue(_average) : preset.Average,
            ClassWeights = line.GetValue(_classWeights),
        };

        Augmentation? Augmentation()
        {
            Augmentation? augmentation = !IsGiven(_augment) ? preset.Augmentation : line.GetValue(_augment) ? preset.Augmentation ?? NeuralCore.Augmentation.Default : null;

            // The labels of other data need not be digits, and a shoe has no flag.
            bool hasStyles = IsGiven(_styles) ? line.GetValue(_styles) : augmentation?.Styles > 0 && !_data.IsGiven(line);
            return hasStyles ? (augmentation ?? new Augmentation()) with { Styles = NeuralCore.Augmentation.Digits.Styles } : augmentation is null ? null : augmentation with { Styles = 0 };
        }

        bool IsGiven(Option option) => line.GetResult(option) is { Implicit: false };
    }

    /// <summary>The settings that a resumed training has to share with the one that it continues.</summary>
    public Dictionary<string, string> Settings(ParseResult line)
    {
        TrainingRecipe recipe = Recipe(line);
        var settings = new Dictionary<string, string>
        {
            ["--preset"] = line.GetRequiredValue(_preset),
            ["--batch-size"] = $"{recipe.BatchSize}",
            ["--learning-rate"] = $"{recipe.LearningRate}",
            ["--schedule"] = recipe.ScheduleText,
            ["--validation-split"] = $"{recipe.ValidationSplit}",
            ["--shuffle-split"] = recipe.ShuffleSplit ? "true" : "false",
            ["--augment"] = recipe.Augmentation is null ? "false" : "true",
        };

        // What is not asked for is not written, so that older checkpoints can be resumed.
        foreach (Option option in (Option[])[_network, _labelSmoothing, _clipNorm, _average, _classWeights])
        {
            if (line.GetResult(option) is { Implicit: false, Tokens: [var token, ..] })
            {
                settings[option.Name] = token.Value;
            }
        }

        if (recipe.Augmentation is { Styles: > 0 })
        {
            settings["--styles"] = "true";
        }

        return settings;
    }

    /// <summary>Classes with their weights; null if the text says anything else.</summary>
    private static Dictionary<int, double>? ParseWeights(string text)
    {
        var weights = new Dictionary<int, double>();
        foreach (string[] pair in text.Split(',').Select(part => part.Split(':')))
        {
            if (pair.Length != 2
                || !int.TryParse(pair[0], NumberStyles.None, CultureInfo.InvariantCulture, out int label)
                || !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                || !(weight >= 0 && double.IsFinite(weight))
                || !weights.TryAdd(label, weight))
            {
                return null;
            }
        }

        return weights;
    }

    private static string Described(TrainingRecipe recipe) =>
        $"--epochs {recipe.Epochs} --batch-size {recipe.BatchSize} --validation-split {recipe.ValidationSplit} --learning-rate {recipe.LearningRate} "
            + $"--schedule {recipe.ScheduleName}{(recipe.Augmentation is null ? "" : " --augment")}{DescribedMore(recipe)}, and "
            + (recipe.Momentum is { } momentum ? $"Nesterov's momentum of {momentum} {(recipe.BiasRate == 1 ? "" : $", biases at {recipe.BiasRate} times the rate")} and a weight decay of {recipe.WeightDecay} in Adam's place" : $"Adam's betas {recipe.Beta1} and {recipe.Beta2}");

    private static string DescribedMore(TrainingRecipe recipe) =>
        (recipe.LabelSmoothing > 0 ? $" --label-smoothing {recipe.LabelSmoothing}" : "") + (recipe.Average is { } average ? $" --average {average}" : "")
            + (recipe.Network != TrainingRecipe.Default.Network ? $" --network {recipe.Network}" : "");
}
