using System.CommandLine;

namespace NeuralCore.Trainer.Commands;

/// <summary>The option that names a network of the <see cref="Zoo"/>.</summary>
internal sealed class NetworkOption : Option<string?>
{
    private static readonly string[] Names = [.. Zoo.Networks.Select(network => network.Name)];

    /// <summary>Describes the option.</summary>
    /// <param name="description">What the network is for, as a sentence.</param>
    public NetworkOption(string description)
        : base("--network")
    {
        Description = $"{description} {string.Join("; ", Zoo.Networks.Select(network => $"{network.Name}: {network.Description}"))}.";
        HelpName = "NAME";
        CompletionSources.Add(Names);
        Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !Names.Contains(word))
            {
                result.AddError($"--network takes {WordList.Of(Names, "or")}, not '{word}'");
            }
        });
    }

    /// <summary>The network on the command line; null if there is none.</summary>
    public string? Chosen(ParseResult line) => line.GetValue(this);
}
