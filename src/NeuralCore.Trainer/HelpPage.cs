using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace NeuralCore.Trainer;

/// <summary>What --help prints: usage, the options in groups, and examples.</summary>
/// <param name="program">What the program is called on a command line.</param>
/// <param name="terminal">Tells the columns.</param>
internal sealed class HelpPage(string program, Terminal terminal) : SynchronousCommandLineAction
{
    private const string Rest = "Options";
    private const int WidestNames = 28;
    private const int WidestPage = 110;

    /// <summary>The groups, in their order, with the options of each; options of no group come under <see cref="Rest"/>.</summary>
    private static readonly (string Title, string[] Options)[] Groups =
    [
        ("Data", ["--data", "--classes", "--only", "--transpose", "--prepare", "--image-size", "--channels", "--cache", "--test-split", "--validation-split", "--shuffle-split", "--preview"]),
        ("Network", ["--network", "--from", "--freeze", "--preprocess"]),
        ("Training", ["--preset", "--epochs", "--batch-size", "--shards", "--learning-rate", "--schedule", "--clip-norm", "--class-weights", "--average", "--seed", "--ensemble", "--patience", "--restore-best"]),
        ("Robustness", ["--augment", "--styles", "--label-smoothing"]),
        ("Checkpoints", ["--checkpoint", "--every", "--keep", "--resume"]),
        ("Machine", ["--backend", "--device", "--threads", "--simd", "--conv", "--profile"]),
        ("Address", ["--port", "--host", "--https"]),
        ("Output", ["--out", "--weights-only", "--run", "--report", "--picture", "--json", "--verbose", "--quiet", "--no-color", "--help", "--version"]),
    ];

    private static readonly Dictionary<string, string[]> Examples = new()
    {
        [""] = ["train", "predict photo.jpg"],
        ["train"] = ["train --preset fast", "train --preset letters --data letters.tar --only upper", "train --preset colour --data pictures.zip", "train --preset robust --preview 7 --report report", "train --network resnet --run run1", "train --checkpoint run1 --resume"],
        ["evaluate"] = ["evaluate --model digit_recogniser_model.safetensors", "evaluate --model digits.1.safetensors --model digits.2.safetensors"],
        ["predict"] = ["predict photo.jpg", "predict --multi --explain stages sheet.jpg", "predict --index 54"],
        ["summary"] = ["summary", "summary --model digits.onnx"],
        ["report"] = ["report --model digit_recogniser_model.safetensors --out report"],
        ["runs"] = ["runs run1 run2 --out comparison"],
        ["data inspect"] = ["data inspect data --picture samples.png", "data inspect letters.tar --only upper"],
        ["serve"] = ["serve", "serve --model digits.onnx --host lan --https"],
        ["publish-site"] = ["publish-site site --model digits.onnx"],
        ["convert"] = ["convert digit_recogniser_model.safetensors digits.onnx"],
    };

    /// <summary>A command line with --help is not an error, whatever else is missing in it.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult line)
    {
        Command command = line.CommandResult.Command;
        bool isRoot = command is RootCommand;
        TextWriter output = terminal.Output;
        output.WriteLine(command.Description);
        output.WriteLine();
        bool hasCommands = command.Subcommands.Count > 0;
        string words = isRoot ? "" : $"{Path(line.CommandResult)} ";
        string arguments = string.Concat(command.Arguments.Select(Usage)).TrimStart();
        output.WriteLine($"Usage: {program} {words}{(hasCommands ? "COMMAND " : arguments.Length > 0 ? $"{arguments} " : "")}[options]");
        WriteRows(hasCommands ? "Commands" : "Arguments", [
            .. command.Subcommands.Select(sub => (sub.Name, sub.Description ?? "")),
            .. command.Arguments.Select(argument => (argument.Name, argument.Description ?? ""))]);
        foreach (IGrouping<string, Option> group in OptionsOf(line).GroupBy(TitleOf).OrderBy(group => Place(group.Key)))
        {
            WriteRows(group.Key, [.. group.Select(option => (Names(option), Description(option)))]);
        }

        if (Examples.TryGetValue(words.TrimEnd(), out string[]? examples))
        {
            output.WriteLine();
            output.WriteLine(examples.Length == 1 ? "Example:" : "Examples:");
            examples.ToList().ForEach(example => output.WriteLine($"  {program} {example}"));
        }

        if (isRoot)
        {
            output.WriteLine();
            output.WriteLine($"'{program} COMMAND --help' shows the options of a command.");
        }

        return (int)ExitCode.Success;
    }

    /// <summary>The heading that an option stands under.</summary>
    internal static string TitleOf(Option option) => Groups.FirstOrDefault(group => group.Options.Contains(option.Name)).Title ?? Rest;

    private static int Place(string title) => Array.FindIndex(Groups, group => group.Title == title);

    /// <summary>The words that name a command, those of the commands around it first.</summary>
    private static string Path(CommandResult command) =>
        command.Parent is CommandResult { Command: not RootCommand } parent ? $"{Path(parent)} {command.Command.Name}" : command.Command.Name;

    private static IEnumerable<Option> OptionsOf(ParseResult line) =>
        line.CommandResult.Command.Options.Concat(line.RootCommandResult.Command.Options.OfType<HelpOption>()).Distinct();

    private static string Usage(Argument argument) => argument.Arity.MaximumNumberOfValues > 1 ? $" [{argument.Name}...]" : $" {argument.Name}";

    private static string Names(Option option)
    {
        // The ways to ask for help on Windows are kept, and not advertised.
        IEnumerable<string> aliases = option.Aliases.Where(alias => alias.StartsWith('-')).OrderBy(alias => alias.Length);
        string value = option.HelpName is { } name ? $" {name}" : "";
        return string.Join(", ", aliases.Append(option.Name).Distinct()) + value;
    }

    private static string Description(Option option)
    {
        string fallback = option.HasDefaultValue && option.GetDefaultValue() is { } value and not bool ? $" Default: {value}." : "";
        return $"{option.Description}{(option.Required ? " Required." : "")}{fallback}";
    }

    private void WriteRows(string title, IReadOnlyList<(string Names, string Text)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        TextWriter output = terminal.Output;
        output.WriteLine();
        output.WriteLine($"{title}:");
        int indent = 2 + Math.Min(WidestNames, rows.Max(row => row.Names.Length)) + 2;
        int width = Math.Max(20, Math.Min(WidestPage, terminal.Width(terminal.OutputIsScreen)) - indent - 1);
        foreach ((string names, string text) in rows)
        {
            string[] lines = [.. WrappedText.Lines(text, width)];
            bool fits = 2 + names.Length + 2 <= indent;
            output.WriteLine(fits ? $"  {names}".PadRight(indent) + lines[0] : $"  {names}");
            foreach (string line in fits ? lines.Skip(1) : lines)
            {
                output.WriteLine(new string(' ', indent) + line);
            }
        }
    }
}
