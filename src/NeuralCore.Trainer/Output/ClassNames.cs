namespace NeuralCore.Trainer.Output;

/// <summary>What the classes are called: their names, or their numbers where they have none.</summary>
/// <param name="names">The names; null if there are none.</param>
internal sealed class ClassNames(IReadOnlyList<string>? names = null)
{
    /// <summary>Whether there are names.</summary>
    public bool Any => names is not null;

    /// <summary>The name of a class.</summary>
    public string this[int c] => c < names?.Count ? names[c] : $"{c}";

    /// <summary>The length of the longest name of so many classes.</summary>
    public int Longest(int classes) => Enumerable.Range(0, classes).Max(c => this[c].Length);
}
