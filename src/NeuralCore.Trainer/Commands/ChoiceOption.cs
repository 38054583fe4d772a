using System.CommandLine;

namespace NeuralCore.Trainer.Commands;

/// <summary>An option that takes one of a few words, each of which stands for a value; the first is the default.</summary>
internal sealed class ChoiceOption<T> : Option<string>
{
    private readonly (string Word, T Value)[] _choices;

    /// <summary>Describes the option.</summary>
    public ChoiceOption(string name, string description, params (string Word, T Value)[] choices)
        : base(name)
    {
        _choices = choices;
        string[] words = [.. choices.Select(choice => choice.Word)];
        (Description, HelpName) = (description, string.Join('|', words));
        DefaultValueFactory = _ => words[0];
        CompletionSources.Add(words);
        Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !words.Contains(word))
            {
                result.AddError($"{name} takes {string.Join(" or ", words)}, not '{word}'");
            }
        });
    }

    /// <summary>What the word on the command line stands for.</summary>
    public T Value(ParseResult line)
    {
        string word = line.GetRequiredValue(this);
        return _choices.First(choice => choice.Word == word).Value;
    }
}
