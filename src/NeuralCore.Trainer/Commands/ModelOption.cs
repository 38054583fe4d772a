using System.CommandLine;

namespace NeuralCore.Trainer.Commands;

/// <summary>The option that names a model's file.</summary>
internal static class ModelOption
{
    /// <summary>What <c>train</c> calls its model when nothing else is said.</summary>
    public const string DefaultFile = "digit_recogniser_model.safetensors";

    /// <summary>Makes the option.</summary>
    public static Option<string?> Create(bool required) => new("--model")
    {
        Description = $"The model's file; 'train' writes {DefaultFile}.",
        HelpName = "FILE",
        Required = required,
    };

    /// <summary>Makes the option for commands that take the mean of several models.</summary>
    public static Option<string[]> CreateSeveral() => new("--model")
    {
        Description = $"The model's file; 'train' writes {DefaultFile}. Several, each with a --model of its own, answer with the mean of their probabilities.",
        HelpName = "FILE",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Makes the option for models whose file does not say how pixels were prepared, as files of other programs do not.</summary>
    public static ChoiceOption<Preprocessing> Preparation() => new(
        "--preprocess", "How pixels were prepared, for a model whose file does not say.",
        ("scale", Preprocessing.Scale), ("l2-columns", Preprocessing.L2Columns), ("none", Preprocessing.None));
}
