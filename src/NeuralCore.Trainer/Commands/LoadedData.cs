using NeuralCore.Data;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>The images of a training.</summary>
/// <param name="Train">The images to train on and to validate with.</param>
/// <param name="Test">The images to test with.</param>
/// <param name="Preparation">What was done to pictures; null for images that are used as they are stored.</param>
internal sealed record LoadedData(LabelledImages Train, LabelledImages Test, PicturePreparation? Preparation = null)
{
    /// <summary>Divides pixels by 255, and makes each channel's mean over the training images 0 and its deviation 1.</summary>
    public Preprocessing Standardization => field ??= Standardize();

    /// <summary>Whether the images of a class lie next to one another.</summary>
    public bool IsByClass => Preparation is not null;

    /// <summary>What the model's file keeps.</summary>
    public ModelNotes Notes => new(Train.ClassNames, Preparation?.Kind);

    private Preprocessing Standardize()
    {
        (float[] means, float[] deviations) = ChannelStatistics.Of(Train);
        return Preprocessing.Scale.Then(Preprocessing.Standardize(means, deviations));
    }
}
