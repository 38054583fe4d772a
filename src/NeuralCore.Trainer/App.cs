using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using NeuralCore.Trainer.Commands;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer;

/// <summary>The console program from its arguments to its exit code.</summary>
internal static class App
{
    /// <summary>What the program is called on a command line.</summary>
    public const string Name = "neuralcore";

    /// <summary>Whether the program has a web server, which trimmed and native ones leave out.</summary>
    [FeatureSwitchDefinition("NeuralCore.Trainer.HasServer")]
    private static bool HasServer => !AppContext.TryGetSwitch("NeuralCore.Trainer.HasServer", out bool isOn) || isOn;

    /// <summary>The version of the program, with the commit that it was built from where that is known.</summary>
    public static string Version { get; } = typeof(App).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Runs one command.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="terminal">Where to write to.</param>
    /// <param name="cancellationToken">Asks to end at the next step.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("Trains convolutional networks to recognise handwritten digits, evaluates them, and reads photos with them.")
        {
            new TrainCommand(), new EvaluateCommand(), new PredictCommand(), new SummaryCommand(), new ReportCommand(), new ConvertCommand(), new RunsCommand(),
            InspectDataCommand.Group(),
        };
        if (HasServer)
        {
            root.Add(new ServeCommand());
            root.Add(new PublishSiteCommand());
        }

        root.Options.OfType<HelpOption>().Single().Action = new HelpPage(Name, terminal);
        ParseResult line = root.Parse(args);
        if (line.Action is not (null or ParseErrorAction))
        {
            // Help and version, which System.CommandLine answers itself.
            return line.Invoke(new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error });
        }

        return (int)Run(line, terminal, cancellationToken);
    }

    private static ExitCode Run(ParseResult line, Terminal terminal, CancellationToken cancellationToken)
    {
        var command = line.CommandResult.Command as TrainerCommand;
        bool isFirst = RankChoice.Rank == 0;
        if (!isFirst && command is not TrainCommand)
        {
            // Under a launcher of several processes, commands other than train run once.
            return ExitCode.Success;
        }

        Renderer renderer = new QuietRenderer();
        Communicator? ranks = null;
        try
        {
            if (command is not null && isFirst)
            {
                renderer = command.Output.CreateRenderer(line, terminal);
            }

            if (DeviceOption.IsListAskedFor(line))
            {
                GpuChoice.Describe().ToList().ForEach(terminal.Output.WriteLine);
                return ExitCode.Success;
            }

            RequireNoErrors(line);
            ExitCode exitCode = ExitCode.Success;
            command!.Report = failure => exitCode = Report(failure, renderer, terminal);
            if (command is TrainCommand train)
            {
                train.Ranks = ranks = RankChoice.Join(cancellationToken);
            }

            command.Run(line, renderer, cancellationToken);
            RankChoice.Part(ranks, hasFailed: false);
            return exitCode;
        }
        catch (Exception exception)
        {
            return isFirst ? ReportFirst(Failure.Of(exception), ranks, renderer, terminal) : ReportOther(exception, ranks, terminal);
        }
        finally
        {
            renderer.Dispose();
            ranks?.Dispose();
        }
    }

    private static ExitCode ReportFirst(Failure failure, Communicator? ranks, Renderer renderer, Terminal terminal)
    {
        ExitCode exitCode = Report(failure, renderer, terminal);
        RankChoice.Part(ranks, hasFailed: true);
        return exitCode;
    }

    /// <summary>
    /// Ends a rank other than 0 that has failed. Rank 0 reports a failure of all ranks; a failure of one alone is reported there, and its exit code makes the launcher
    /// end the others.
    /// </summary>
    private static ExitCode ReportOther(Exception exception, Communicator? ranks, Terminal terminal)
    {
        // A cancelled training ends on all ranks, and rank 0 may still have a checkpoint to write.
        bool isAlone = exception is not OperationCanceledException;
        if (ranks is null || RankChoice.Part(ranks, hasFailed: isAlone))
        {
            return ExitCode.Success;
        }

        if (exception is not RankException)
        {
            terminal.Error.WriteLine($"Rank {ranks.Rank}: {Failure.Of(exception).Message}");
        }

        return ExitCode.RuntimeFailure;
    }

    private static void RequireNoErrors(ParseResult line)
    {
        if (line.Errors.Count > 0)
        {
            string command = line.CommandResult.Command is TrainerCommand named ? $" {named.Name}" : "";

            // Which word is unknown says more than that something else is missing.
            string message = line.UnmatchedTokens is [var word, ..] ? $"'{word}' is not known here{Meant(word, line.CommandResult.Command)}" : line.Errors[0].Message.TrimEnd('.');
            throw new RunException(ExitCode.Usage, $"{message}{(message[^1] == '?' ? "" : ";")} '{Name}{command} --help' shows the usage.");
        }
    }

    /// <summary>What may have been meant, as the end of a sentence.</summary>
    private static string Meant(string word, Command command)
    {
        IEnumerable<string> names = word.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
        return NearestName.Of(word, [.. names]) is { } name ? $", did you mean {name}?" : "";
    }

    private static ExitCode Report(Failure failure, Renderer renderer, Terminal terminal)
    {
        // The bar goes first, so that the sentence gets a line of its own.
        TryTell(renderer, failure);
        terminal.Error.WriteLine(failure.Message);
        return failure.ExitCode;
    }

    /// <summary>Tells a program too. If its file is what failed, the sentence for people says so.</summary>
    private static void TryTell(Renderer renderer, Failure failure)
    {
        try
        {
            renderer.Show(new RunFailure(failure));
        }
        catch (IOException)
        {
            // The sentence on standard error has to do.
        }
    }
}
