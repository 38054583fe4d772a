using System.CommandLine;
using System.Globalization;

namespace NeuralCore.Trainer.Commands;

/// <summary>
/// The options that say how to train. A preset gives other defaults to some of them; what stands on the command line counts before
/// both.
/// </summary>
internal sealed class RecipeOptions(DataOption data)
{
    private readonly ChoiceOption<TrainingRecipe> _preset = new(
        "--preset",
        $"Other defaults for a training. fast, for 99 % of MNIST in seconds: {Described(TrainingRecipe.Fast)}. "
            + $"robust, for digits of real life, in minutes: {Described(TrainingRecipe.Robust)}.",
        ("none", TrainingRecipe.Default), ("fast", TrainingRecipe.Fast), ("robust", TrainingRecipe.Robust));

    private readonly Option<int> _epochs = OptionOf.WholeNumber("--epochs", "How often to go through the training images.", TrainingRecipe.Default.Epochs, 1);

    private readonly Option<int> _batchSize = OptionOf.WholeNumber("--batch-size", "Images in a step.", TrainingRecipe.Default.BatchSize, 1);

    private readonly Option<double> _validationSplit = OptionOf.Number(
        "--validation-split", "The part of the training images, from their end, to validate with.", TrainingRecipe.Default.ValidationSplit,
        "of at least 0 and below 1", x => x is >= 0 and < 1);

    private readonly Option<bool> _shuffleSplit = new("--shuffle-split")
    {
        Description = "Draw that part at random, the same part of each class: for images that lie in the order of their classes.",
    };

    private readonly Option<double> _learningRate = OptionOf.Number(
        "--learning-rate", "Adam's learning rate; the highest, where a schedule changes it.", TrainingRecipe.Default.LearningRate, "above 0", x => x > 0 && double.IsFinite(x));

    private readonly ChoiceOption<RateSchedule> _schedule = new(
        "--schedule", "Keep the learning rate, let it fall to a hundredth along a cosine, or rise from a 25th of it and then fall to nothing.",
        ("constant", RateSchedule.Constant), ("cosine", RateSchedule.Cosine), ("one-cycle", RateSchedule.OneCycle));

    private readonly Option<bool> _augment = new("--augment")
    {
        Description = "Change the training images a little each time they are used, for a model that reads other handwriting than MNIST's.",
    };

    private readonly Option<double> _labelSmoothing = OptionOf.Number(
        "--label-smoothing", "The part of each label that is shared out to all classes, for a model that is less sure of itself.", 0, "of at least 0 and below 1", x => x is >= 0 and < 1);

    private readonly Option<double?> _clipNorm = OptionOf.NumberOrNone(
        "--clip-norm", "Scale the gradients down to this norm of all together where it is larger.", "above 0", x => x > 0 && double.IsFinite(x));

    private readonly Option<double?> _average = OptionOf.NumberOrNone(
        "--average", "Keep an average of the weights of which this part stays at each step, as 0.999, and judge and save that.", "of at least 0 and below 1", x => x is >= 0 and < 1);

    private readonly Option<IReadOnlyDictionary<int, double>?> _classWeights = new("--class-weights")
    {
        Description = "What images of some classes count in training, where 1 is usual, as in 3:2,8:0.5.",
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
        Description = "Draw strokes on the digits that other people write: flags on ones, bars through sevens, and more. --preset robust does with MNIST.",
    };

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All =>
        [_preset, _epochs, _batchSize, _validationSplit, _shuffleSplit, _learningRate, _schedule, _augment, _styles, _labelSmoothing, _clipNorm, _average, _classWeights];

    /// <summary>What the command line comes to.</summary>
    public TrainingRecipe Recipe(ParseResult line)
    {
        TrainingRecipe preset = _preset.Value(line);
        return preset with
        {
            Epochs = IsGiven(_epochs) ? line.GetValue(_epochs) : preset.Epochs,
            BatchSize = IsGiven(_batchSize) ? line.GetValue(_batchSize) : preset.BatchSize,
            ValidationSplit = IsGiven(_validationSplit) ? line.GetValue(_validationSplit) : preset.ValidationSplit,
            ShuffleSplit = line.GetValue(_shuffleSplit),
            LearningRate = IsGiven(_learningRate) ? line.GetValue(_learningRate) : preset.LearningRate,
            Schedule = IsGiven(_schedule) ? _schedule.Value(line) : preset.Schedule,
            Augmentation = Augmentation(),
            LabelSmoothing = line.GetValue(_labelSmoothing),
            ClipNorm = line.GetValue(_clipNorm),
            Average = line.GetValue(_average),
            ClassWeights = line.GetValue(_classWeights),
        };

        Augmentation? Augmentation()
        {
            Augmentation? augmentation = !IsGiven(_augment) ? preset.Augmentation : line.GetValue(_augment) ? preset.Augmentation ?? NeuralCore.Augmentation.Default : null;

            // The labels of other data need not be digits, and a shoe has no flag.
            bool hasStyles = IsGiven(_styles) ? line.GetValue(_styles) : augmentation?.Styles > 0 && !data.IsGiven(line);
            return hasStyles ? (augmentation ?? new Augmentation()) with { Styles = NeuralCore.Augmentation.Digits.Styles } : augmentation is null ? null : augmentation with { Styles = 0 };
        }

        bool IsGiven(Option option) => line.GetResult(option) is { Implicit: false };
    }

    /// <summary>What a resumed training has to share with the one that it goes on with.</summary>
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
        foreach (Option option in (Option[])[_labelSmoothing, _clipNorm, _average, _classWeights])
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
            + $"--schedule one-cycle{(recipe.Augmentation is null ? "" : " --augment")}, with {recipe.Beta1} and {recipe.Beta2} for Adam's betas";
}
