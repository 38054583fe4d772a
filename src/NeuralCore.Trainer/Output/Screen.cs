using Spectre.Console;

namespace NeuralCore.Trainer.Output;

/// <summary>
/// A writer that a person looks at, now or later in a file. Spectre.Console does the colours and tables; it is only loaded
/// when one of them is wanted, since that takes longer than printing a page of text.
/// </summary>
internal sealed class Screen(TextWriter writer, bool isTerminal, bool colors, Func<int> width)
{
    // Control sequences of ECMA-48: carriage return and "erase in line"; "select graphic rendition".
    private const string ToLineStart = "\r\e[K";
    private const string Green = "\e[32m";
    private const string Grey = "\e[90m";
    private const string PlainColor = "\e[0m";

    private IAnsiConsole? _console;

    /// <summary>Whether lines can be written over, as a progress bar needs it.</summary>
    public bool CanRedraw => isTerminal && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Whether there are colours.</summary>
    public bool HasColors => colors;

    /// <summary>The columns.</summary>
    public int Width => width();

    /// <summary>The console that knows colours and tables.</summary>
    public IAnsiConsole Console => _console ??= Open();

    /// <summary>Writes lines of plain text, at once: the reader may be waiting for them. Words that do not fit go to the next line; names of files stay whole.</summary>
    public void WriteLine(string text)
    {
        foreach (string line in text.Split(Environment.NewLine))
        {
            writer.WriteLine(isTerminal ? string.Join(Environment.NewLine, WrappedText.Lines(line, Width)) : line);
        }

        writer.Flush();
    }

    /// <summary>Writes a line with a bar at the beginning of the terminal's current line, and stays in it.</summary>
    public void Draw(in ProgressLine line)
    {
        // One write a frame, so that no half-drawn line is ever seen.
        (string bar, string rest) = (new string('━', line.Filled), new string(colors ? '━' : '╌', line.Empty));
        writer.Write(colors
            ? $"{ToLineStart}{line.Before}{Green}{bar}{Grey}{rest}{PlainColor}{line.After}"
            : $"{ToLineStart}{line.Before}{bar}{rest}{line.After}");
        writer.Flush();
    }

    /// <summary>Makes the terminal's current line empty.</summary>
    public void Erase()
    {
        writer.Write(ToLineStart);
        writer.Flush();
    }

    private IAnsiConsole Open()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = colors ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Width;
        return console;
    }
}
