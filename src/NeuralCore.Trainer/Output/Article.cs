namespace NeuralCore.Trainer.Output;

/// <summary>The indefinite article before a number.</summary>
internal static class Article
{
    /// <summary>An eight, an eleven, an eighteen, eighty and its followers; a everything else below a hundred.</summary>
    public static string Of(int number) => number is 8 or 11 or 18 or (>= 80 and < 90) ? "an" : "a";
}
