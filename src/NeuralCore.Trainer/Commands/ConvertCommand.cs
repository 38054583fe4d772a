using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Files;
using NeuralCore.Ops;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Writes a saved model in another format.</summary>
internal sealed class ConvertCommand : TrainerCommand
{
    private readonly Argument<string> _source = new("IN") { Description = "The model's file." };
    private readonly Argument<string> _target = new("OUT") { Description = $"The file to write; it ends in {ModelFile.Extensions}." };
    private readonly ChoiceOption<Preprocessing> _preparation = ModelOption.Preparation();

    public ConvertCommand()
        : base("convert", "Writes a saved model in another format, which the name of the file tells.")
    {
        _target.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !ModelFile.IsKnown(path))
            {
                result.AddError($"convert writes a model, whose name ends in {ModelFile.Extensions}, not '{path}'");
            }
        });
        Arguments.Add(_source);
        Arguments.Add(_target);
        Take(_preparation);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string source = line.GetRequiredValue(_source), target = line.GetRequiredValue(_target);

        // Nothing is computed here, so whatever can hold weights will do.
        using Model model = SavedModel.Load(source, new ReferenceBackend<float>(), renderer, _preparation.Value(line));
        try
        {
            ModelFile.Save(model, target, ModelFile.ReadMetadata(source));
        }
        catch (NotSupportedException missing)
        {
            throw new RunException(ExitCode.InvalidData, $"The model '{source}' cannot be written as '{target}': {missing.Message.TrimEnd('.')}; choose another format.", source);
        }

        renderer.Done(new RunEnd(target, new FileInfo(target).Length, model.WeightsSha256(), Stopwatch.GetElapsedTime(start).TotalSeconds));
    }
}
