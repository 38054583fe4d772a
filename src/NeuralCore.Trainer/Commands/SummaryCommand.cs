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

    private readonly Option<string?> _dot = new("--dot") { Description = "Also write the graph for Graphviz; dot -Tsvg FILE draws it.", HelpName = "FILE" };

    private readonly NetworkOption _network = new("The network to list. Default: seed.");

    public SummaryCommand()
        : base("summary", "Lists the layers of a network or of a saved model.")
    {
        Take(_model, _network, _dot);
        Validators.Add(result =>
        {
            if (result.GetResult(_model) is not null && result.GetResult(_network) is not null)
            {
                result.AddError("summary takes --model or --network, not both");
            }
        });
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string? path = line.GetValue(_model);
        using Model model = path is null ? Zoo.Find(_network.Chosen(line) ?? TrainingRecipe.Default.Network).Create(Zoo.MnistImage, 10, null) : ModelFile.ReadArchitecture(path, remark: renderer.Remark);
        renderer.Show(new NetworkSummary(model));
        if (line.GetValue(_dot) is { } dot)
        {
            AtomicFile.Write(dot, stream => stream.Write(Encoding.UTF8.GetBytes(model.ToDot())));
        }

        renderer.Show(new RunEnd(path is null ? [] : [path], null, null, Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
