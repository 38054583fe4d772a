using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Datasets;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Describes a dataset: counts, duplicates, examples.</summary>
internal sealed class InspectDataCommand : TrainerCommand
{
    private const int SamplesOfAClass = 8;

    private readonly Argument<string> _folder = new("PATH") { Description = "Folder of the four IDX files, plain or .gz; or a folder, .tar, .tar.gz or .zip of pictures in a folder for each class." };

    private readonly DataOption _data = new();

    private readonly Option<string?> _picture = new("--picture") { Description = $"Also write {SamplesOfAClass} training images of each class as a PNG file.", HelpName = "FILE" };

    public InspectDataCommand()
        : base("inspect", "Counts the images of each class, finds duplicates, and prints an example of each class.")
    {
        Arguments.Add(_folder);
        Take([_picture, .. _data.Taking, .. _data.Preparing]);
    }

    /// <summary>The group of commands that it belongs to.</summary>
    public static Command Group() => new("data", "Commands for datasets.") { new InspectDataCommand() };

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        (LabelledImages train, LabelledImages test) = Load(line, new PictureReader(renderer, Environment.ProcessorCount, cancellationToken));
        renderer.Show(new ClassesNamed(new(train.ClassNames)));
        DatasetInspection inspection = DatasetInspection.Of(train, test);
        renderer.Show(new DataInspected(inspection, train));
        if (line.GetValue(_picture) is { } picture)
        {
            AtomicFile.Write(picture, stream => stream.Write(SampleSheet.Draw(train, SamplesOfAClass)));
            renderer.Remark($"Samples written to '{picture}'.");
        }

        renderer.Show(new RunEnd([], null, null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    private (LabelledImages Train, LabelledImages Test) Load(ParseResult line, PictureReader reader)
    {
        const int MostClasses = byte.MaxValue + 1;
        string path = line.GetRequiredValue(_folder);
        if (!PictureSet.IsOne(path))
        {
            return Mnist.Load(path, MostClasses);
        }

        PictureSet pictures = _data.LoadAll(line, path, reader);
        LabelledImages train = pictures.Train;
        return (train, pictures.Test ?? new LabelledImages(default, default, train.Height, train.Width, train.Classes, train.Channels) { ClassNames = train.ClassNames });
    }
}
