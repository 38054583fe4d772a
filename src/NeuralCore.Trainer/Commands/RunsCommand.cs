using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Lists and compares runs kept in folders.</summary>
internal sealed class RunsCommand : TrainerCommand
{
    private readonly Argument<string[]> _folders = new("DIR")
    {
        Description = "Folders written by 'train --run', or folders that contain several of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _out = ReportFolder.CreateOption("--out", "Also write a page that draws all curves over one another into this folder.");

    public RunsCommand()
        : base("runs", "Lists and compares the runs kept by 'train --run'.")
    {
        Arguments.Add(_folders);
        Take(_out);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        RunRecord[] runs = [.. line.GetRequiredValue(_folders).SelectMany(RunFolder.Find)];
        renderer.Show(new KeptRuns(runs));
        if (line.GetValue(_out) is { } folder)
        {
            (string, LearningCurves)[] ended = [.. runs.Where(run => run.Curves is { Epochs: > 0 }).Select(run => (NameOf(run), run.Curves!))];
            if (ended.Length == 0)
            {
                throw new RunException(ExitCode.InvalidData, "None of these runs has finished, so there are no curves to draw.");
            }

            ReportFolder.Open(folder, RunsReport.PageName)!.Write(renderer, RunsReport.Create(ended), RunsReport.PageName);
        }

        renderer.Show(new RunEnd([], null, null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    private static string NameOf(RunRecord run) => Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Folder));
}
