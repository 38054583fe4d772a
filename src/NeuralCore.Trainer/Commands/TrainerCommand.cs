using System.CommandLine;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>A command of this program, with the options that all of them have.</summary>
internal abstract class TrainerCommand : Command
{
    protected TrainerCommand(string name, string description)
        : base(name, description)
    {
        Output = new OutputOptions();
    }

    /// <summary>What the output looks like.</summary>
    public OutputOptions Output { get; }

    /// <summary>Does the work. A failure is an exception that <see cref="Failure"/> translates.</summary>
    public abstract void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken);

    /// <summary>Adds the options of this command, and then those of all commands.</summary>
    protected void Take(params IEnumerable<Option> options)
    {
        foreach (Option option in options.Concat(Output.All))
        {
            Options.Add(option);
        }
    }
}
