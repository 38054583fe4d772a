using System.CommandLine;
using System.CommandLine.Parsing;

namespace NeuralCore.Trainer.Commands;

/// <summary>The option that chooses a GPU, and that lists those there are.</summary>
internal sealed class DeviceOption : Option<string?>
{
    /// <summary>The word that asks for the list.</summary>
    public const string List = "list";

    public DeviceOption()
        : base("--device")
    {
        Description = $"GPU for --backend gpu, by number or part of its name; '{List}' lists them and exits.";
        HelpName = $"N|NAME|{List}";
        Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("--device takes the number or a part of the name of a GPU");
            }
        });
    }

    /// <summary>Whether a command line, whatever else it says, asks for the list.</summary>
    public static bool IsListAskedFor(ParseResult line) =>
        line.CommandResult.Children.OfType<OptionResult>().Any(result => result.Option is DeviceOption && result.Tokens is [{ Value: List }]);
}
