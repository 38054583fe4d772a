using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>
/// Tells capitals from small letters of the same shape by what a network does not see: each sign is scaled to one size for it, and cut out of its line. A small c is
/// lower than the line's capitals, a small p hangs below the line, and a k, which does neither, goes by the letter in front of it.
/// </summary>
internal sealed class LetterCase
{
    /// <summary>Letters as high as capitals, and as low as a small c, whose shape alone says which they are.</summary>
    private const string Tall = "ABDEFGHJLMNQRTbdfhl", Low = "aemnr";

    /// <summary>Letters of which the small one hangs below the line, and those of which both are as high.</summary>
    private const string Hanging = "py", SameHeight = "k";

    /// <summary>How high a small letter is and how far one hangs below the line, for a capital, where no other letter shows it.</summary>
    private const double LowHeight = 0.65, Hang = 0.15;

    private readonly Alphabet _alphabet;
    private readonly double? _tall, _low, _bottom;

    /// <summary>Measures a line.</summary>
    /// <param name="line">Its signs, as the network named them.</param>
    /// <param name="alphabet">What they are.</param>
    public LetterCase(IReadOnlyCollection<FoundDigit> line, Alphabet alphabet)
    {
        _alphabet = alphabet;
        _tall = Median(line.Where(sign => IsIn(Tall, sign)).Select(sign => (double)sign.Box.Height));
        _low = Median(line.Where(sign => IsIn(Low, sign)).Select(sign => (double)sign.Box.Height));
        _bottom = Median(line.Where(sign => IsIn(Tall, sign) || IsIn(Low, sign)).Select(sign => (double)sign.Box.Bottom));
        (_tall, _low) = (_tall ?? _low / LowHeight, _low ?? _tall * LowHeight);
    }

    /// <summary>The class that a sign has by its place, the same or its other case.</summary>
    /// <param name="sign">The sign, as the network named it.</param>
    /// <param name="before">The sign in front of it in its word, of which the case is known; null if it is the first.</param>
    /// <returns>The class of the other case; null if the network's own stays.</returns>
    public int? Other(FoundDigit sign, FoundDigit? before)
    {
        string name = _alphabet.NameOf(sign.Digit);
        string other = char.IsUpper(name[0]) ? name.ToLowerInvariant() : name.ToUpperInvariant();
        int found = Alphabet.AreAlike(name, other) ? Enumerable.Range(0, _alphabet.Names.Count).FirstOrDefault(c => _alphabet.Names[c] == other, -1) : -1;
        return found < 0 || IsSmall(char.ToLowerInvariant(name[0]), sign.Box, before) is not { } isSmall || isSmall == char.IsLower(name[0]) ? null : found;
    }

    private bool? IsSmall(char letter, Box box, FoundDigit? before) =>
        SameHeight.Contains(letter, StringComparison.Ordinal) ? (before is null ? null : char.IsLower(_alphabet.NameOf(before.Digit)[0]))
        : Hanging.Contains(letter, StringComparison.Ordinal) ? (_bottom is { } bottom && _tall is { } height ? box.Bottom > bottom + (Hang * height) : null)
        : _tall is { } tall && _low is { } low ? box.Height < (tall + low) / 2
        : null;

    private bool IsIn(string letters, FoundDigit sign) => _alphabet.NameOf(sign.Digit) is [var letter] && letters.Contains(letter, StringComparison.Ordinal);

    private static double? Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : sorted[(sorted.Length - 1) / 2];
    }
}
