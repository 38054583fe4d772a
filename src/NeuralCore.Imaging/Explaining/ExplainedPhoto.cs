using NeuralCore.Vision.Stages;

namespace NeuralCore.Imaging.Explaining;

/// <summary>A photo, its stages on the way to the network, and the answer.</summary>
/// <param name="Name">What to call it, for instance its file's name.</param>
/// <param name="Answer">What was read, in a few words: <c>an 8</c>.</param>
/// <param name="Stages">The pictures of the stages, in their order.</param>
public sealed record ExplainedPhoto(string Name, string Answer, IReadOnlyList<StagePicture> Stages)
{
    /// <summary>Remarks on the photo or the answer, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What the network saw and answered; null for a sheet, for a sign that is no digit, and if no ink was found.</summary>
    public SeenPicture? Seen { get; init; }

    /// <summary>The lines that were read, or the rows of a grid; empty for a single digit.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}
