using NeuralCore.Imaging.Pixels;

namespace NeuralCore.Imaging.Segmentation;

/// <summary>A digit that was found on a page.</summary>
/// <param name="Digit">What it is to the network.</param>
/// <param name="Probability">How probable the network takes that to be.</param>
/// <param name="Box">Where it stands, in pixels of the photo.</param>
/// <param name="Line">Which line it belongs to, counted from 0.</param>
public sealed record FoundDigit(int Digit, float Probability, Box Box, int Line);

/// <summary>Every digit of a page, in reading order: line by line from the top, each from the left.</summary>
/// <param name="Digits">The digits.</param>
public sealed record SheetReading(IReadOnlyList<FoundDigit> Digits)
{
    /// <summary>The digits of each line as text.</summary>
    public IReadOnlyList<string> Lines => [.. Digits.GroupBy(digit => digit.Line).Select(line => string.Concat(line.Select(digit => digit.Digit)))];
}
