using NeuralCore.Imaging.Stages;

namespace NeuralCore.Imaging.Explaining;

/// <summary>A photo, what became of it, and what a network made of it.</summary>
/// <param name="Name">What to call it, for instance its file's name.</param>
/// <param name="Answer">What was read, in a few words: <c>an 8</c>.</param>
/// <param name="Stages">The pictures of the stages, in their order.</param>
public sealed record ExplainedPhoto(string Name, string Answer, IReadOnlyList<StagePicture> Stages)
{
    /// <summary>What else there is to say, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What the network saw and answered; null where it was not asked about one digit.</summary>
    public ExplainedDigit? Digit { get; init; }

    /// <summary>The lines that were read, or the rows of a grid; empty where one digit was.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}

/// <summary>A picture as the network saw it, and the answer.</summary>
/// <param name="Pixels">The picture, row-major, 0 to 255.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Probabilities">One a class.</param>
/// <param name="Gradient">The gradient of the answer's score with respect to each pixel; null if it is not known.</param>
public sealed record ExplainedDigit(byte[] Pixels, int Width, float[] Probabilities, float[]? Gradient);
