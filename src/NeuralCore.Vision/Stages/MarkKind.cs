namespace NeuralCore.Vision.Stages;

/// <summary>What stands beside digits and is none.</summary>
public enum MarkKind
{
    /// <summary>A level stroke.</summary>
    Minus,

    /// <summary>A level and an upright stroke that cross in their middles.</summary>
    Plus,

    /// <summary>The same on its side.</summary>
    Times,

    /// <summary>A straight stroke that leans much further than a one, or is much higher than the digits.</summary>
    Slash,

    /// <summary>A dot.</summary>
    Point,

    /// <summary>A short stroke at the foot of the line.</summary>
    Comma,

    /// <summary>Two dots above one another.</summary>
    Colon,

    /// <summary>Two level strokes above one another.</summary>
    Equals,
}
