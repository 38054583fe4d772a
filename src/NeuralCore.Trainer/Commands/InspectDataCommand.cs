using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Describes a dataset: counts, duplicates, examples.</summary>
internal sealed class InspectDataCommand : TrainerCommand
{
    private const int SamplesOfAClass = 8;

    private readonly Argument<string> _folder = new("DIR") { Description = "Folder of the four IDX files, plain or .gz." };

    private readonly Option<string?> _picture = new("--picture") { Description = $"Also write {SamplesOfAClass} training images of each class as a PNG file.", HelpName = "FILE" };

    public InspectDataCommand()
        : base("inspect", "Counts the images of each class, finds duplicates, and prints an example of each class.")
    {
        Arguments.Add(_folder);
        Take(_picture);
    }

    /// <summary>The group of commands that it belongs to.</summary>
    public static Command Group() => new("data", "Commands for datasets.") { new InspectDataCommand() };

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        const int MostClasses = byte.MaxValue + 1;
        long start = Stopwatch.GetTimestamp();
        (LabelledImages train, LabelledImages test) = Mnist.Load(line.GetRequiredValue(_folder), MostClasses);
        DatasetInspection inspection = DatasetInspection.Of(train, test);
        renderer.Inspection(inspection, train);
        if (line.GetValue(_picture) is { } picture)
        {
            AtomicFile.Write(picture, stream => stream.Write(SampleSheet.Draw(train, SamplesOfAClass)));
            renderer.Remark($"Samples written to '{picture}'.");
        }

        renderer.Done(new RunEnd([], null, null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
