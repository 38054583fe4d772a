namespace NeuralCore.Trainer;

/// <summary>Where a run writes to, and what is known about the screen behind it.</summary>
internal sealed class Terminal
{
    private const int UsualWidth = 80;
    private const int WidthOfAFile = 100;

    private readonly Func<int> _screenWidth;

    /// <summary>Wraps two writers.</summary>
    /// <param name="output">For what was asked for.</param>
    /// <param name="error">For what went wrong, and for progress where the output belongs to a program.</param>
    /// <param name="outputIsScreen">Whether a person sees the output as it comes.</param>
    /// <param name="errorIsScreen">The same of the other.</param>
    /// <param name="screenWidth">Tells the columns of the screen.</param>
    public Terminal(TextWriter output, TextWriter error, bool outputIsScreen = false, bool errorIsScreen = false, Func<int>? screenWidth = null)
    {
        (Output, Error, OutputIsScreen, ErrorIsScreen) = (output, error, outputIsScreen, errorIsScreen);
        _screenWidth = screenWidth ?? (() => UsualWidth);
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public bool OutputIsScreen { get; }

    public bool ErrorIsScreen { get; }

    /// <summary>The console this process was started in.</summary>
    public static Terminal OfThisProcess() =>
        new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected, () => Console.WindowWidth);

    /// <summary>The columns there are now; people resize windows. A file has enough of them for every table.</summary>
    public int Width(bool isScreen)
    {
        // Some terminals do not know their size and say 0.
        int width = isScreen ? _screenWidth() : WidthOfAFile;
        return width > 0 ? width : UsualWidth;
    }
}
