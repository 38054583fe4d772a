using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>ONNX Runtime, whose native library is not there for every machine.</summary>
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
}
