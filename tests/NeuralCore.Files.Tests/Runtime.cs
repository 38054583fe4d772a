using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>ONNX Runtime, whose native library does not exist for every machine.</summary>
internal static class Runtime
{
    /// <summary>Skips a test where it does not load.</summary>
    public static void Require()
    {
        try
        {
            OrtEnv.Instance();
        }
        catch (Exception failure) when (failure is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
        {
            Skip.If(true, $"ONNX Runtime's native library does not load here: {failure.Message}");
        }
    }
    /// <summary>What a graph gives, one array of numbers an output.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputs">What it takes.</param>
    public static float[][] Run(string path, IReadOnlyCollection<NamedOnnxValue> inputs)
    {
        Require();

        // Its optimisation joins a Pad to a pooling of smaller windows, and then refuses what it made.
        using var options = new SessionOptions { IntraOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(path, options);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = session.Run(inputs);
        return [.. outputs.Select(output => output.AsEnumerable<float>().ToArray())];
    }
}
