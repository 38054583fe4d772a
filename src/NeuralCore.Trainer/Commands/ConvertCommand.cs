using System.CommandLine;
using System.Diagnostics;
using NeuralCore.Files;
using NeuralCore.Files.PyTorch;
using NeuralCore.Ops;
using NeuralCore.Trainer.Output;

namespace NeuralCore.Trainer.Commands;

/// <summary>Writes a saved model in another format.</summary>
internal sealed class ConvertCommand : TrainerCommand
{
    private const string StateDict = ".safetensors";

    private readonly Argument<string> _source = new("IN") { Description = "The model's file, or weights alone with --network or --architecture." };
    private readonly Argument<string> _target = new("OUT") { Description = $"The file to write; its extension is one of {ModelFile.Extensions}." };
    private readonly PreprocessOption _preparation = ModelOption.Preparation();
    private readonly Option<string?> _architecture = new("--architecture") { Description = "The network of a .weights.h5 file, as Keras's to_json writes it.", HelpName = "FILE" };
    private readonly Option<string?> _network = new("--network")
    {
        Description = "The network of a state dict of PyTorch (.safetensors), whose tensors are matched by shape and order: a model's file, or a name as train --network takes it.",
        HelpName = "NAME|FILE",
    };

    private readonly Option<int> _opset = new("--opset")
    {
        Description = $"The version of ONNX's operations, {SaveOptions.SmallestOpset} to {SaveOptions.LargestOpset}.",
        DefaultValueFactory = _ => new SaveOptions().Opset,
    };

    private readonly ChoiceOption<InputLayout> _inputLayout = new(
        "--input-layout", "Axis order of the input images of an ONNX file.", ("nhwc", InputLayout.ChannelsLast), ("nchw", InputLayout.ChannelsFirst));

    private readonly Option<bool> _optimizerState = new("--optimizer-state")
    {
        Description = "Also write the optimiser's state to an .h5 file, as Keras 2 does; Keras 3 opens such a file but cannot resume training from it.",
    };

    private readonly WeightsOnlyOption _weightsOnly = new();

    private readonly ChoiceOption<bool> _layout = new("--layout", "Layout of the weights in .safetensors: NeuralCore's own, or that of a PyTorch state dict.", ("own", false), ("pytorch", true));

    public ConvertCommand()
        : base("convert", "Converts a saved model to another format, chosen by the file extension.")
    {
        _target.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var path }] && !ModelFile.IsKnown(path))
            {
                result.AddError($"convert takes an OUT that ends in {ModelFile.Extensions}, not '{path}'");
            }
        });
        _opset.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out int opset) && opset is >= SaveOptions.SmallestOpset and <= SaveOptions.LargestOpset))
            {
                result.AddError($"--opset takes a number from {SaveOptions.SmallestOpset} to {SaveOptions.LargestOpset}, not '{text}'");
            }
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_layout) == "pytorch" && result.GetValue(_target) is { } target && !target.EndsWith(StateDict, StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"--layout pytorch writes a {StateDict} file, not '{target}'");
            }

            if (result.GetValue(_optimizerState) && result.GetValue(_weightsOnly))
            {
                result.AddError("--optimizer-state and --weights-only ask for opposite things; use one of them");
            }

            if (result.GetValue(_architecture) is not null && result.GetValue(_network) is not null)
            {
                result.AddError("--architecture and --network both name the network; use one of them");
            }
        });
        Arguments.Add(_source);
        Arguments.Add(_target);
        Take(_preparation, _architecture, _network, _opset, _inputLayout, _optimizerState, _weightsOnly, _layout);
    }

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        string source = line.GetRequiredValue(_source), target = line.GetRequiredValue(_target);
        using Model model = Read(line, renderer, source);
        try
        {
            if (_layout.Value(line))
            {
                renderer.Remark(StateDictFile.Save(model, target));
            }
            else
            {
                var options = new SaveOptions
                {
                    Opset = line.GetValue(_opset),
                    InputLayout = _inputLayout.Value(line),
                    OptimizerState = line.GetValue(_optimizerState),
                    WeightsOnly = line.GetValue(_weightsOnly),
                };
                bool isModel = line.GetValue(_network) is null && line.GetValue(_architecture) is null;
                ModelFile.Save(model, target, isModel ? ModelFile.ReadMetadata(source) : null, options);
            }
        }
        catch (NotSupportedException missing)
        {
            throw new RunException(ExitCode.InvalidData, $"The model '{source}' cannot be written as '{target}': {missing.Message.TrimEnd('.')}; choose another format.", source);
        }

        renderer.Show(new RunEnd([target], new FileInfo(target).Length, model.WeightsSha256(), Stopwatch.GetElapsedTime(start).TotalSeconds));
    }

    private Model Read(ParseResult line, Renderer renderer, string source)
    {
        Preprocessing unsaid = _preparation.Value(line);

        // Nothing is computed here, so whatever can hold weights will do.
        if (line.GetValue(_network) is not { } network)
        {
            return SavedModel.Load(source, new ReferenceBackend<float>(), renderer, unsaid, line.GetValue(_architecture));
        }

        Model model = Zoo.Networks.FirstOrDefault(known => known.Name == network)?.Create(Zoo.MnistImage, 10, unsaid)
            ?? ModelFile.ReadArchitecture(network, unsaid, renderer.Remark);
        try
        {
            model.Compile(loss: model.Output.Shape is { Rank: 1, Count: > 1 } ? null : new MeanSquaredError(), backend: new ReferenceBackend<float>());
            renderer.Remark(WeightMatch.Table(StateDictFile.Load(model, source)));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
