using NeuralCore.Data;
using NeuralCore.Imaging.Pixels;
using NeuralCore.Imaging.Stages;

namespace NeuralCore.Imaging.Segmentation;

/// <summary>A page on which everything was found that may be a digit, and no network has looked at it yet.</summary>
public sealed class PreparedSheet
{
    private readonly ColourImage _photo;
    private readonly byte[] _frames;
    private readonly Action<StagePicture>? _keep;
    private readonly Func<Predictions?, SheetReading> _read;

    /// <summary>Keeps what the stages before the network found.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="frames">28x28 pixels of each candidate.</param>
    /// <param name="isBlank">Whether no ink was found.</param>
    /// <param name="keep">Gets the picture of the result, if given.</param>
    /// <param name="read">Makes a reading of what the network says to the frames; of null if there are none.</param>
    internal PreparedSheet(ColourImage photo, byte[] frames, bool isBlank, Action<StagePicture>? keep, Func<Predictions?, SheetReading> read) =>
        (_photo, _frames, IsBlank, _keep, _read) = (photo, frames, isBlank, keep, read);

    /// <summary>Whether no ink was found.</summary>
    internal bool IsBlank { get; }

    /// <summary>Lets a network look at all candidates in one batch, and reads the page.</summary>
    /// <param name="model">A compiled network that takes 28x28 pixels, light ink on black, and knows the ten digits.</param>
    public SheetReading Read(IClassifier model)
    {
        int count = _frames.Length / (MnistFrame.Side * MnistFrame.Side);
        SheetReading reading = count == 0
            ? _read(null)
            : _read(model.Predict(new LabelledImages(_frames, new byte[count], MnistFrame.Side, MnistFrame.Side)));
        if (count > 0)
        {
            _keep?.Invoke(PagePicture.Boxes(_photo, reading));
        }

        return reading;
    }
}
