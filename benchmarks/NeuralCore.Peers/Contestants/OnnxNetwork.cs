using Microsoft.ML.OnnxRuntime;
using NeuralCore.Benchmarks.Programs;

namespace NeuralCore.Peers.Contestants;

/// <summary>The seed network in ONNX Runtime, with all its graph optimisations, its inputs and outputs in place.</summary>
internal sealed class OnnxNetwork : IPredicts
{
    private static readonly string[] InputName = [OnnxGraph.Input];
    private static readonly string[] OutputName = [OnnxGraph.Output];

    private readonly int _pixels;
    private readonly Digits _digits;
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly float[] _probabilities;
    private readonly float[] _image;
    private readonly float[] _imageProbabilities = new float[10];
    private readonly List<OrtValue[]> _inputs = [];
    private readonly List<OrtValue[]> _outputs = [];
    private readonly OrtValue[] _oneInput;
    private readonly OrtValue[] _oneOutput;

    /// <summary>Builds it from NeuralCore's weights.</summary>
    public OnnxNetwork(Digits digits, Weights weights, int threads)
    {
        _digits = digits;
        _pixels = digits.Test.ItemShape.Count;
        _options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
        };
        _session = new InferenceSession(OnnxGraph.Write(weights), _options);
        _probabilities = new float[digits.Test.Count * 10];
        for (int start = 0; start < digits.Test.Count; start += SeedNetwork.Batch)
        {
            int count = Math.Min(SeedNetwork.Batch, digits.Test.Count - start);
            _inputs.Add([Value(digits.TestPixels.AsMemory(start * _pixels, count * _pixels), count, 1, 28, 28)]);
            _outputs.Add([Value(_probabilities.AsMemory(start * 10, count * 10), count, 10)]);
        }

        _image = new float[_pixels];
        _oneInput = [Value(_image, 1, 1, 28, 28)];
        _oneOutput = [Value(_imageProbabilities, 1, 10)];
    }

    /// <inheritdoc/>
    public string Name => "ONNX Runtime 1.31";

    /// <inheritdoc/>
    public void PredictAll(Span<float> probabilities)
    {
        for (int batch = 0; batch < _inputs.Count; batch++)
        {
            _session.Run(_run, InputName, _inputs[batch], OutputName, _outputs[batch]);
        }

        _probabilities.CopyTo(probabilities);
    }

    /// <inheritdoc/>
    public void PredictOne(int image, Span<float> probabilities)
    {
        _digits.TestPixels.AsSpan(image * _pixels, _pixels).CopyTo(_image);
        _session.Run(_run, InputName, _oneInput, OutputName, _oneOutput);
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

    private static OrtValue Value(Memory<float> memory, params long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
