using System.CommandLine;
using System.Diagnostics;
using System.Text;
using NeuralCore.Files;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Shows the layers of a network.</summary>
internal sealed class SummaryCommand : TrainerCommand
{
    private readonly Option<string?> _model = ModelOption.Create(required: false);

    private readonly Option<string?> _dot = new("--dot") { Description = "Writes the graph for Graphviz: dot -Tsvg FILE draws it.", HelpName = "FILE" };

    public SummaryCommand()
        : base("summary", "Shows the layers of the network, or of a saved model.") => Take(_model, _dot);

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string? path = line.GetValue(_model);
        using Model model = path is null ? SeedNetwork.Create() : ModelFile.ReadArchitecture(path, remark: renderer.Remark);
        renderer.Summary(model);
        if (line.GetValue(_dot) is { } dot)
        {
            AtomicFile.Write(dot, stream => stream.Write(Encoding.UTF8.GetBytes(model.ToDot())));
        }

        renderer.Done(new RunEnd(path, null, null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
