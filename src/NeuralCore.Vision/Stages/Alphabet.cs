namespace NeuralCore.Vision.Stages;

/// <summary>The signs that a model knows, by its classes, and what follows from them for the ink that may be one.</summary>
public sealed class Alphabet
{
    private static readonly string[] Alike = ["Cc", "Kk", "Oo0", "Pp", "Ss", "Uu", "Vv", "Ww", "Xx", "Yy", "Zz", "Il1"];

    /// <summary>Takes the names of a model's classes.</summary>
    /// <param name="names">A name for each class. Where one of them is a single letter, writing is read as words, and else as numbers.</param>
    public Alphabet(IReadOnlyList<string> names)
    {
        Names = names;
        HasLetters = names.Any(name => name.Length == 1 && char.IsLetter(name[0]));
        Shapes = HasLetters ? SignShapes.Letters : SignShapes.Digits;
    }

    /// <summary>The ten digits.</summary>
    public static Alphabet Digits { get; } = new([.. Enumerable.Range(0, 10).Select(digit => $"{digit}")]);

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>
    /// Whether there are letters among the signs. A level stroke below a digit or beside it is a line or a minus, and of a letter it is a part; numbers have no
    /// gaps, and words are set apart by them.
    /// </summary>
    public bool HasLetters { get; }

    /// <summary>The name of a class; its number if it has none.</summary>
    public string NameOf(int c) => c < Names.Count ? Names[c] : $"{c}";

    /// <summary>Whether two signs are written alike, so that only their size and their place in a word distinguish them.</summary>
    public static bool AreAlike(string first, string second) =>
        first.Length == 1 && second.Length == 1 && Alike.Any(group => group.Contains(first[0], StringComparison.Ordinal) && group.Contains(second[0], StringComparison.Ordinal));

    /// <summary>The shapes that the signs can have.</summary>
    internal SignShapes Shapes { get; }
}

/// <summary>The widest shapes that a sign can have.</summary>
/// <param name="Wide">Its width, as a share of its height; what is wider is unlikely to be one.</param>
/// <param name="WideInLine">Its width, in widths of the line's signs; likewise.</param>
/// <param name="Widest">Its width, in heights of it or its line; nothing wider is looked at.</param>
/// <param name="Broken">How unlikely it is made of pieces beside one another, where 1 is a digit's.</param>
/// <param name="Cut">How unlikely it touches its neighbour, where 1 is a digit's.</param>
internal sealed record SignShapes(double Wide, double WideInLine, double Widest, double Broken, double Cut)
{
    /// <summary>Of digits: weighed on pages that were written with MNIST's.</summary>
    public static readonly SignShapes Digits = new(0.8, 1.6, 1.6, 1, 1);

    /// <summary>Of letters, of which an M or a W is as wide as two others, and an H or a K often in pieces: chosen with words in view that were put together of held-out letters.</summary>
    public static readonly SignShapes Letters = new(1.4, 2.2, 2, 0.25, 2);
}
