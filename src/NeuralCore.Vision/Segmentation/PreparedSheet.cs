namespace NeuralCore.Vision.Segmentation;

/// <summary>A page on which everything was found that may be a digit, and no network has looked at it yet.</summary>
public sealed class PreparedSheet
{
    private readonly byte[] _frames;
    private readonly Func<Predictions?, SheetReading> _read;

    /// <summary>Keeps what the stages before the network found.</summary>
    /// <param name="frames">28x28 pixels of each candidate.</param>
    /// <param name="isBlank">Whether no ink was found.</param>
    /// <param name="read">Makes a reading of what the network says to the frames; of null if there are none.</param>
    internal PreparedSheet(byte[] frames, bool isBlank, Func<Predictions?, SheetReading> read) => (_frames, IsBlank, _read) = (frames, isBlank, read);

    /// <summary>Whether no ink was found.</summary>
    internal bool IsBlank { get; }

    /// <summary>Lets a network look at all candidates in one batch, and reads the page.</summary>
    /// <param name="model">A compiled network that takes 28x28 pixels, light ink on black, and knows the ten digits.</param>
    public SheetReading Read(IClassifier model) => _read(SheetReader.Classify(_frames, model));
}
