namespace NeuralCore.Trainer.Output;

/// <summary>What the classes are called: by their names, else by their numbers.</summary>
/// <param name="names">The names; null if there are none.</param>
internal sealed class ClassNames(IReadOnlyList<string>? names = null)
{
    /// <summary>Whether there are names.</summary>
    public bool Any => names is not null;

    /// <summary>The name of a class.</summary>
    public string this[int c] => c < names?.Count ? names[c] : $"{c}";

    /// <summary>The characters of the longest name.</summary>
    /// <param name="classes">The number of classes, at least 1.</param>
    public int Longest(int classes) => Enumerable.Range(0, classes).Max(c => this[c].Length);
}
