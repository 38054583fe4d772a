using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Commands;

/// <summary>What a model's file keeps beside its network: the names of its classes, and how pictures were prepared for it.</summary>
/// <param name="ClassNames">The names; null if the classes have numbers alone.</param>
/// <param name="Kind">What was done to pictures; null if the file does not say, as after a training on IDX files.</param>
internal sealed record ModelNotes(IReadOnlyList<string>? ClassNames, PictureKind? Kind)
{
    private const string Yes = "true";

    /// <summary>Of a file that says nothing.</summary>
    public static readonly ModelNotes None = new(null, null);

    /// <summary>Whether predictions are the mean over several views of a picture: <see cref="ViewAverage"/>.</summary>
    public bool AveragesViews { get; init; }

    /// <summary>Reads what a file keeps. What is missing is null; so is what another program wrote in another form.</summary>
    public static ModelNotes Read(string path)
    {
        IReadOnlyDictionary<string, string> notes = ModelFile.ReadMetadata(path);
        return new ModelNotes(ClassNamesText.Read(notes.GetValueOrDefault(ClassNamesText.Key)), PicturePreparation.ParseKind(notes.GetValueOrDefault(PicturePreparation.Key))) { AveragesViews = notes.GetValueOrDefault(ViewAverage.Key) == Yes };
    }

    /// <summary>Adds them to the texts of a file.</summary>
    public void Write(Dictionary<string, string> notes)
    {
        if (ClassNames is not null)
        {
            notes[ClassNamesText.Key] = ClassNamesText.Write(ClassNames);
        }

        if (Kind is { } kind)
        {
            notes[PicturePreparation.Key] = PicturePreparation.NameOf(kind);
        }

        if (AveragesViews)
        {
            notes[ViewAverage.Key] = Yes;
        }
    }

    /// <summary>How pictures are prepared for a model: <see cref="PicturePreparation.For"/>.</summary>
    /// <param name="shape">What the model takes.</param>
    public PicturePreparation? PreparationFor(Shape shape) => PicturePreparation.For(shape, Kind, new Alphabet(ClassNames ?? []));

    /// <summary>The signs that a model knows.</summary>
    /// <param name="classes">The number of classes of the model.</param>
    public Alphabet AlphabetOf(int classes) => new(NamesOf(classes));

    /// <summary>Measures a model as it is meant to predict.</summary>
    public Evaluation Evaluate(Model model, IDataset data, CancellationToken cancellationToken) =>
        AveragesViews ? ViewAverage.Evaluate(model, data, cancellationToken: cancellationToken) : model.Evaluate(data, cancellationToken: cancellationToken);

    /// <summary>Asks models as they are meant to predict.</summary>
    public float[] Predict(IClassifier model, ReadOnlySpan<byte> pixels) => AveragesViews ? ViewAverage.Predict(model, pixels) : model.Predict(pixels);

    /// <summary>The names of the classes; of classes without names their numbers, which folders of pictures are expected to be named by.</summary>
    /// <param name="classes">The number of classes of the model.</param>
    public IReadOnlyList<string> NamesOf(int classes) => ClassNames?.Count == classes ? ClassNames : [.. Enumerable.Range(0, classes).Select(c => $"{c}")];
}
