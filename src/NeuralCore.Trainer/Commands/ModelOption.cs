using System.CommandLine;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>The option that names a model's file.</summary>
internal static class ModelOption
{
    /// <summary>What <c>train</c> calls its model when nothing else is said.</summary>
    public const string DefaultFile = "digit_recogniser_model.safetensors";

    /// <summary>The model that comes with the program, beside it; data/README.md says how it was made.</summary>
    private static readonly string[] Shipped = ["data", "digits.onnx"];

    /// <summary>Makes the option.</summary>
    public static Option<string?> Create(bool required) => new("--model")
    {
        Description = $"Model file; train writes {DefaultFile}.",
        HelpName = "FILE",
        Required = required,
    };

    /// <summary>Makes the option for commands that take the mean of several models.</summary>
    public static Option<string[]> CreateSeveral(bool required) => CreateSeveral("Repeat the option to average the probabilities of several models.", required);

    /// <summary>Makes the option for commands that take several models.</summary>
    /// <param name="several">What several are for, in one sentence.</param>
    /// <param name="required">Whether one has to be named.</param>
    public static Option<string[]> CreateSeveral(string several, bool required = true) => new("--model")
    {
        Description = $"Model file; train writes {DefaultFile}. {several}",
        HelpName = "FILE",
        Required = required,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>
    /// The model that was named; else the one that <c>train</c> left here; else the one that comes with the program. A person is told which, where none
    /// was named.
    /// </summary>
    /// <exception cref="RunException">There is none.</exception>
    public static string Locate(string? named, Renderer renderer)
    {
        if (named is not null)
        {
            return named;
        }

        if (File.Exists(DefaultFile))
        {
            renderer.Remark($"The model is '{DefaultFile}' in this folder.");
            return DefaultFile;
        }

        string shipped = Path.Combine([AppContext.BaseDirectory, .. Shipped]);
        if (!File.Exists(shipped))
        {
            throw new RunException(ExitCode.Usage, $"There is no '{DefaultFile}' in this folder; name a model with --model, or make one with 'train'.");
        }

        renderer.Remark("The model is the one that comes with the program; 'train' makes one of your own.");
        return shipped;
    }

    /// <summary>Makes the option for models whose file does not say how pixels were prepared, as files of other programs do not.</summary>
    public static PreprocessOption Preparation() => new("Preparation of pixels, for a model file that does not state it.");
}
