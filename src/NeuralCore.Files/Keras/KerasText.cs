using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace NeuralCore.Files.Keras;

/// <summary>Small things that both of Keras's file formats have in common.</summary>
internal static partial class KerasText
{
    // The configuration of a thousand layers has some hundred thousand letters.
    private const int MostLetters = 1 << 22;

    // Deep enough for models within models, and far from any stack's end.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 256 };

    /// <summary>Parses a configuration.</summary>
    /// <param name="json">The text.</param>
    /// <param name="name">What the file calls it, for the message.</param>
    /// <exception cref="InvalidDataException">It is no JSON, or has something twice.</exception>
    public static JsonDocument Parse(string json, string name)
    {
        if (json.Length > MostLetters)
        {
            throw new InvalidDataException($"has a '{name}' of more than {MostLetters:N0} letters");
        }

        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"has a '{name}' that is not valid JSON", failure);
        }
    }

    /// <summary>A class as Keras 3 spells it in paths: MaxPooling2D is max_pooling2d.</summary>
    public static string SnakeCase(string className) =>
        SecondWord().Replace(FirstWord().Replace(NoLetter().Replace(className, ""), "$1_$2"), "$1_$2").ToLowerInvariant();

    /// <summary>
    /// Keras keeps the rate as float32 and writes all digits of that. The shortest number that becomes the same float32 is the one
    /// that the user gave: 0.001 for 0.0010000000474974513.
    /// </summary>
    public static double Shortest(double rate) => (float)rate == rate
        ? double.Parse(((float)rate).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : rate;

    [GeneratedRegex(@"\W+")]
    private static partial Regex NoLetter();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex FirstWord();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex SecondWord();
}
