using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Trainer.Output;
using NeuralCore.Trainer.Serving;

namespace NeuralCore.Trainer.Commands;

/// <summary>Writes the page with a model as files that any web server can hand out.</summary>
internal sealed class PublishSiteCommand : TrainerCommand
{
    private readonly Argument<string> _folder = new("DIR") { Description = "Folder to write to; created if needed." };
    private readonly Option<string?> _model = ModelOption.Create(required: false);
    private readonly PreprocessOption _preparation = ModelOption.Preparation();

    public PublishSiteCommand()
        : base("publish-site", "Writes the page where a model reads drawings and photos in the browser, for any web server.")
    {
        Arguments.Add(_folder);
        Take(_model, _preparation);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string path = ModelOption.Locate(line.GetValue(_model), renderer), folder = line.GetRequiredValue(_folder);
        using Ensemble models = SavedModel.LoadAll([path], () => CpuBackend.Create(1), renderer, _preparation.Value(line));
        long bytes = Site.Of(models.Members[0], path).Write(folder);
        renderer.Remark($"The page is in '{folder}': index.html and what it needs, {bytes / 1e6:0.00} MB compressed.");
        renderer.Show(new RunEnd([path], null, models.Members[0].WeightsSha256(), Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
