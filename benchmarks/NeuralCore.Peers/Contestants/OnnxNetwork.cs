using Microsoft.ML.OnnxRuntime;
using NeuralCore.Files;
using NeuralCore.Peers.Networks;

namespace NeuralCore.Peers.Contestants;

/// <summary>A network in ONNX Runtime, as NeuralCore exports it: with all graph optimisations, its inputs and outputs in place.</summary>
internal sealed class OnnxNetwork : IPredicts
{
    private readonly string[] _inputName;
    private readonly string[] _outputName;
    private readonly long[] _shape;
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly float[] _pixels;
    private readonly float[] _probabilities;
    private readonly float[] _image;
    private readonly float[] _imageProbabilities = new float[PeerNetwork.Classes];
    private readonly List<OrtValue[]> _inputs = [];
    private readonly List<OrtValue[]> _outputs = [];
    private readonly OrtValue[] _oneInput;
    private readonly OrtValue[] _oneOutput;

    private OnnxNetwork(Pictures pictures, byte[] network, int threads)
    {
        _options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
        };
        _session = new InferenceSession(network, _options);
        (_inputName, _outputName) = ([_session.InputNames[0]], [_session.OutputNames[0]]);
        Shape shape = pictures.Shape;
        _shape = [shape[0], shape[1], shape[2]];
        int length = shape.Count, classes = PeerNetwork.Classes;
        _pixels = Pictures.Pixels(pictures.Test, pictures.Test.Count);
        _probabilities = new float[pictures.Test.Count * classes];
        for (int start = 0; start < pictures.Test.Count; start += PeerNetwork.Batch)
        {
            int count = Math.Min(PeerNetwork.Batch, pictures.Test.Count - start);
            _inputs.Add([Images(_pixels.AsMemory(start * length, count * length), count)]);
            _outputs.Add([Of(_probabilities.AsMemory(start * classes, count * classes), count, classes)]);
        }

        _image = new float[length];
        _oneInput = [Images(_image, 1)];
        _oneOutput = [Of(_imageProbabilities, 1, classes)];
    }

    /// <inheritdoc/>
    public string Name => "ONNX Runtime 1.31";

    /// <summary>Builds it from a network of NeuralCore with its weights; null where a layer of it has no export.</summary>
    public static OnnxNetwork? Of(Pictures pictures, Model model, int threads)
    {
        try
        {
            return new OnnxNetwork(pictures, Exported(model), threads);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void PredictAll(Span<float> probabilities)
    {
        for (int batch = 0; batch < _inputs.Count; batch++)
        {
            _session.Run(_run, _inputName, _inputs[batch], _outputName, _outputs[batch]);
        }

        _probabilities.CopyTo(probabilities);
    }

    /// <inheritdoc/>
    public void PredictOne(int image, Span<float> probabilities)
    {
        _pixels.AsSpan(image * _image.Length, _image.Length).CopyTo(_image);
        _session.Run(_run, _inputName, _oneInput, _outputName, _oneOutput);
        _imageProbabilities.CopyTo(probabilities);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OrtValue value in _inputs.Concat(_outputs).Append(_oneInput).Append(_oneOutput).SelectMany(values => values))
        {
            value.Dispose();
        }

        _run.Dispose();
        _session.Dispose();
        _options.Dispose();
    }

    private static byte[] Exported(Model model)
    {
        string path = Path.Combine(Path.GetTempPath(), $"neuralcore-peers-{Guid.NewGuid():N}.onnx");
        try
        {
            ModelFile.Save(model, path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private OrtValue Images(Memory<float> memory, int count) => Of(memory, [count, .. _shape]);

    private static OrtValue Of(Memory<float> memory, params long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
