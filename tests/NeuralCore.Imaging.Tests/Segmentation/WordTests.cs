using NeuralCore.Imaging.Tests.Drawing;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;
using Xunit;

namespace NeuralCore.Imaging.Tests.Segmentation;

/// <summary>Words: letters that fall into pieces, dots, gaps between words, capitals and small letters of one shape.</summary>
public sealed class WordTests : IDisposable
{
    private readonly Model _reader = Letters.Reader();

    public void Dispose() => _reader.Dispose();

    [Theory]
    [InlineData("THE HOT COT")]
    [InlineData("TOO", "ECHO ECHO")]
    [InlineData("Toric")]
    [InlineData("Hoc corrico", "Ecco")]
    [InlineData("O")]
    public void Words_are_read_with_a_space_between_them(params string[] lines)
    {
        SheetReading reading = SheetReader.Read(Letters.Page(lines), _reader, alphabet: Letters.Alphabet);
        Assert.Equal(lines, reading.Lines);
        Assert.Empty(reading.Marks);
    }

    [Fact]
    public void The_case_of_a_letter_is_its_height_beside_others()
    {
        // T and r say how high capitals and small letters are.
        FoundDigit[] line = [Sign("T", 0, 60), Sign("c", 40, 58), Sign("C", 80, 33), Sign("r", 120, 34), Sign("E", 160, 60)];
        var cases = new LetterCase(line, Letters.Alphabet);
        Assert.Equal([null, "C", "c", null, null], line.Select((sign, i) => cases.Other(sign, i == 0 ? null : line[i - 1]) is { } other ? Letters.Alphabet.NameOf(other) : null));

        // Nothing tells how high a line of letters is that are all alike.
        FoundDigit[] alike = [Sign("o", 0, 30), Sign("C", 40, 60)];
        Assert.All(alike, sign => Assert.Null(new LetterCase(alike, Letters.Alphabet).Other(sign, null)));
    }

    [Fact]
    public void A_hanging_letter_is_small_and_a_k_follows_its_neighbour()
    {
        var alphabet = new Alphabet(["E", "P", "p", "K", "k", "n"]);
        FoundDigit Sign(int digit, int bottom, int height) => new(digit, 0.9f, new Box(0, bottom - height, 30, height), 0);
        FoundDigit[] line = [Sign(0, 100, 60), Sign(1, 118, 58), Sign(2, 101, 60), Sign(5, 100, 38), Sign(3, 100, 60)];
        var cases = new LetterCase(line, alphabet);
        Assert.Equal([2, 1, 4], new[] { 1, 2, 4 }.Select(i => cases.Other(line[i], line[i - 1])!.Value));
        Assert.Null(cases.Other(line[4], null));
        Assert.Null(cases.Other(line[4], line[0]));
    }

    [Fact]
    public void Digits_are_numbers_without_spaces_and_names_of_several_letters_have_them()
    {
        FoundDigit[] line = [new(1, 1, new Box(0, 0, 20, 40), 0), new(2, 1, new Box(200, 0, 20, 40), 0)];
        Assert.Equal(["12"], new SheetReading(line).Lines);
        Assert.Equal(["ka sa"], new SheetReading(line) { Alphabet = new Alphabet(["o", "ka", "sa"]) }.Lines);
        Assert.Equal(["b c"], new SheetReading(line) { Alphabet = new Alphabet(["a", "b", "c"]) }.Lines);
        Assert.Equal([".b", ".."], new SheetReading([line[0] with { Column = 1 }], new GridSize(2, 2)) { Alphabet = new Alphabet(["a", "b", "c"]) }.Lines);
    }

    [Theory]
    [InlineData(true, "0", "1", "7", "x")]
    [InlineData(false, "0", "1", "heart")]
    [InlineData(true, "A")]
    public void An_alphabet_with_a_letter_is_read_as_words(bool hasLetters, params string[] names) => Assert.Equal(hasLetters, new Alphabet(names).HasLetters);

    [Fact]
    public void The_dot_of_an_i_belongs_to_a_letter_and_not_to_a_digit()
    {
        ColourImage page = Letters.Page("i");
        byte[] letter = new byte[784], digit = new byte[784];
        Assert.Null(PicturePreparation.Frame.Apply(page, letter));
        Assert.Null(PicturePreparation.Digit.Apply(page, digit));

        // Scaled with its dot the stem is shorter, and between them is paper.
        Assert.Contains(Enumerable.Range(5, 10), row => Row(letter, row) == 0 && Row(letter, row - 1) > 0);
        Assert.DoesNotContain(Enumerable.Range(5, 15), row => Row(digit, row) == 0);

        static int Row(byte[] frame, int row) => frame.AsSpan(row * 28, 28).ToArray().Sum(value => value);
    }

    [Fact]
    public void A_line_of_wide_letters_is_no_board()
    {
        ColourImage page = Letters.Page("THECHOTECHOTHE");
        Assert.Null(SheetFinder.Find(page));
        Assert.Equal(["THECHOTECHOTHE"], SheetReader.Read(page, _reader, alphabet: Letters.Alphabet).Lines);
    }

    private static FoundDigit Sign(string name, int x, int height) =>
        new(Letters.Alphabet.Names.ToList().IndexOf(name), 0.9f, new Box(x, 100 - height, 30, height), 0);
}
