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

    /// <summary>Says that one of several things failed while the others go on. The run ends with the exit code of the last of them.</summary>
    public Action<Failure> Report { get; set; } = _ => { };

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
