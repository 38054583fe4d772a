using System.CommandLine;

namespace NeuralCore.Trainer.Commands;

/// <summary>The option that says how pixels are prepared, in the words of <see cref="Preprocessing.Parse"/>.</summary>
internal sealed class PreprocessOption : Option<string>
{
    /// <summary>Describes the option.</summary>
    /// <param name="description">What it is for, as a sentence.</param>
    public PreprocessOption(string description)
        : base("--preprocess")
    {
        Description = $"{description} scale: divide by 255; l2-columns: divide each column of the image by its L2 norm; minus-one-to-one: divide by 127.5 and subtract 1; "
            + "mean-std: divide by 255, subtract the mean and divide by the deviation, for MNIST mean-std:0.1307,0.3081.";
        HelpName = "HOW";
        DefaultValueFactory = _ => Preprocessing.Scale.ToString();
        CompletionSources.Add(["scale", "l2-columns", "minus-one-to-one", "mean-std:0.1307,0.3081", "none"]);
        Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && Preprocessing.Parse(text) is null)
            {
                result.AddError($"--preprocess takes {WordList.Of(Preprocessing.Names, "or")}, not '{text}'");
            }
        });
    }

    /// <summary>What the command line asks for.</summary>
    public Preprocessing Value(ParseResult line) => Preprocessing.Parse(line.GetRequiredValue(this))!;
}
