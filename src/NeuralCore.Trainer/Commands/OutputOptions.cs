using System.CommandLine;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>The options that choose where the output goes, and in which form.</summary>
internal sealed class OutputOptions
{
    private const string StandardOutput = "-";

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Write events as JSON lines to a file; - is the standard output, and text then goes to standard error.",
        HelpName = "FILE|-",
    };

    private readonly Option<int> _verbose = OptionOf.WholeNumber("--verbose", "0: errors only. 1: a live progress bar on a terminal. 2: one line per epoch.", 1, 0, 2);

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Print nothing but errors; the same as --verbose 0." };

    private readonly Option<bool> _noColor = new("--no-color") { Description = "Print without colours, as with the environment variable NO_COLOR." };

    public OutputOptions()
    {
        _json.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("--json takes the name of a file or -, not an empty one");
            }
            else if (result.Tokens is [{ Value: var option }] && IsOption(option))
            {
                result.AddError($"--json takes the name of a file or -, not the option {option}");
            }
        });
    }

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_json, _verbose, _quiet, _noColor];

    /// <summary>Makes the renderer that a command line asks for.</summary>
    /// <exception cref="Files.FileWriteException">The JSON file cannot be written.</exception>
    public Renderer CreateRenderer(ParseResult line, Terminal terminal)
    {
        // Where the command line is wrong in another place, what it says about JSON still counts: its error goes there.
        string? json = line.GetResult(_json)?.Tokens is [{ Value: var path }, ..] && !IsOption(path) ? path : null;
        Renderer text = line.Errors.Count > 0 ? new QuietRenderer() : CreateTextRenderer(line, terminal, toError: json == StandardOutput);
        text = new RendererPair(text, new WarningRenderer(terminal.Error));
        return json switch
        {
            null or "" => text,
            StandardOutput => new RendererPair(text, new JsonRenderer(terminal.Output)),
            _ => new RendererPair(text, JsonRenderer.ToFile(json)),
        };
    }

    /// <summary>Whether the name of the file is missing, and this is the option that follows.</summary>
    private static bool IsOption(string path) => path.StartsWith("--", StringComparison.Ordinal);

    private Renderer CreateTextRenderer(ParseResult line, Terminal terminal, bool toError)
    {
        int verbose = line.GetValue(_quiet) ? 0 : line.GetValue(_verbose);
        if (verbose == 0)
        {
            return new QuietRenderer();
        }

        (TextWriter writer, bool isScreen) = toError ? (terminal.Error, terminal.ErrorIsScreen) : (terminal.Output, terminal.OutputIsScreen);
        bool colors = isScreen && !line.GetValue(_noColor) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var screen = new Screen(writer, isScreen, colors, () => terminal.Width(isScreen));
        return verbose == 1 && screen.CanRedraw ? new LiveRenderer(screen) : new PlainRenderer(screen);
    }
}
