using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Vision.Segmentation;

/// <summary>A digit that was found on a page.</summary>
/// <param name="Digit">What it is to the network.</param>
/// <param name="Probability">How probable the network takes that to be.</param>
/// <param name="Box">Where it stands, in pixels of the photo.</param>
/// <param name="Line">Which line or row of a grid it belongs to, counted from 0.</param>
/// <param name="Column">Which column of a grid it stands in, counted from 0; null if there is no grid.</param>
public sealed record FoundDigit(int Digit, float Probability, Box Box, int Line, int? Column = null)
{
    /// <summary>A digit that is not this many times as probable as any other one is doubtful.</summary>
    public const float LeastOdds = 9;

    /// <summary>And so is a digit less probable than this.</summary>
    public const float LeastSure = 0.7f;

    /// <summary>
    /// How probable the network takes the likeliest of the other classes to be; all of them together if that is not known. A network that was trained with smoothed labels
    /// gives none of its answers more than some 0.9, and the rest of it to all others alike.
    /// </summary>
    public float Rival { get; init; } = 1 - Probability;

    /// <summary>Whether a person should look at it.</summary>
    public bool IsDoubtful => !(Probability >= LeastOdds * Rival && Probability >= LeastSure);
}

/// <summary>How many cells a grid has.</summary>
/// <param name="Rows">Cells above one another.</param>
/// <param name="Columns">Cells beside one another.</param>
public sealed record GridSize(int Rows, int Columns);

/// <summary>A sign that was found among the digits, and left out.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Box">Where it stands, in pixels of the photo.</param>
/// <param name="Line">Which line it belongs to, counted from 0.</param>
public sealed record FoundMark(MarkKind Kind, Box Box, int Line);

/// <summary>Every digit of a page, in reading order: line by line from the top, each from the left.</summary>
/// <param name="Digits">The digits.</param>
/// <param name="Grid">The grid that they stand in, at most one a cell; null if there is none.</param>
public sealed record SheetReading(IReadOnlyList<FoundDigit> Digits, GridSize? Grid = null)
{
    /// <summary>Signs among the digits, which are no part of <see cref="Lines"/>.</summary>
    public IReadOnlyList<FoundMark> Marks { get; init; } = [];

    /// <summary>The signs that were looked for.</summary>
    public Alphabet Alphabet { get; init; } = Alphabet.Digits;

    /// <summary>What stands for an empty cell in a row of a grid.</summary>
    public const char Empty = '.';

    /// <summary>The text of each line, words with a space between them; of a grid every row, with a point for each empty cell.</summary>
    public IReadOnlyList<string> Lines => [.. Texts.Select(line => string.Concat(line.Select(sign => sign.Text)))];

    /// <summary>The signs of each line, and of a grid of each row, with what stands between them.</summary>
    public IReadOnlyList<IReadOnlyList<SheetSign>> Texts => Grid is { } grid
        ? [.. Enumerable.Range(0, grid.Rows).Select(row => Row(row, grid.Columns))]
        : [.. Digits.GroupBy(digit => digit.Line).Select(line => WordSpaces.Between([.. line], Alphabet))];

    /// <summary>The same reading of a picture that is this many times as large in both directions.</summary>
    public SheetReading EnlargedBy(int factor) => factor == 1 ? this : this with
    {
        Digits = [.. Digits.Select(digit => digit with { Box = digit.Box.EnlargedBy(factor) })],
        Marks = [.. Marks.Select(mark => mark with { Box = mark.Box.EnlargedBy(factor) })],
    };

    private SheetSign[] Row(int row, int columns)
    {
        SheetSign[] cells = [.. Enumerable.Repeat(new SheetSign($"{Empty}"), columns)];
        foreach (FoundDigit digit in Digits.Where(digit => digit.Line == row))
        {
            cells[digit.Column!.Value] = new SheetSign(Alphabet.NameOf(digit.Digit), digit);
        }

        return cells;
    }
}

/// <summary>A sign of a line, or what stands between two of them.</summary>
/// <param name="Text">Its name; a space or a point if it is none.</param>
/// <param name="Digit">Where it was found; null if it is none.</param>
public sealed record SheetSign(string Text, FoundDigit? Digit = null);
