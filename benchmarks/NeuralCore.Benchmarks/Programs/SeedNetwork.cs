using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>The network that all throughput is measured on: 2,380,938 parameters, 26.4 MFLOP an image forward.</summary>
internal static class SeedNetwork
{
    /// <summary>The images of a training step.</summary>
    public const int Batch = 128;

    /// <summary>Makes it and compiles it for the CPU.</summary>
    public static Model Compile(int threads, SimdWidth simd, bool fuse = true, bool dropout = true, ConvAlgorithm conv = ConvAlgorithm.Auto)
    {
        Model model = Create(dropout);
        model.Compile(new Adam(), backend: CpuBackend.Create(threads, simd, conv), seed: 1, fuse: fuse);
        return model;
    }

    /// <summary>Makes it, to be compiled for any backend.</summary>
    public static Sequential Create(bool dropout = true) =>
        new(
            new Input(new Shape(28, 28, 1), Preprocessing.Scale),
            new Conv2D(32, 3, activation: Activation.Relu),
            new Conv2D(64, 3, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Dropout(dropout ? 0.25 : 0),
            new Flatten(),
            new Dense(256, Activation.Relu),
            new Dropout(dropout ? 0.5 : 0),
            new Dense(10, Activation.Softmax));
}
