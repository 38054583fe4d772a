namespace NeuralCore.Files;

/// <summary>How the raw values of a network's inputs are prepared, as one text: of several inputs with a semicolon between them.</summary>
internal static class PreprocessingText
{
    private const char Separator = ';';
    private const int MostInputs = 1_000;

    /// <summary>Writes that of a model.</summary>
    public static string Write(Model model) => string.Join(Separator, model.Inputs.Select(input => input.Preprocessing));

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is none; the message completes "the file ...".</exception>
    public static IReadOnlyList<Preprocessing> Read(string text) =>
    [
        .. text.Split(Separator, MostInputs).Select(part =>
            Preprocessing.Parse(part) ?? throw new InvalidDataException($"asks for the unknown preprocessing {FileText.Quote(part)}")),
    ];
}
