using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Looks into a data set.</summary>
internal sealed class InspectDataCommand : TrainerCommand
{
    private const int SamplesOfAClass = 8;

    private readonly Argument<string> _folder = new("DIR") { Description = "Folder of the four IDX files, plain or .gz." };

    private readonly Option<string?> _picture = new("--picture") { Description = $"Write {SamplesOfAClass} training images of each class as a PNG.", HelpName = "FILE" };

    public InspectDataCommand()
        : base("inspect", "Counts the images of each class, finds those that are there twice, and shows some.")
    {
        Arguments.Add(_folder);
        Take(_picture);
    }

    /// <summary>The group of commands that it belongs to.</summary>
    public static Command Group() => new("data", "Commands about data sets.") { new InspectDataCommand() };

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
            renderer.Remark($"The samples are in '{picture}'.");
        }

        renderer.Done(new RunEnd(null, null, null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
