using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NeuralCore.Ops;

namespace NeuralCore.Tests.Golden;

/// <summary>
/// The case net-seed-cnn: the digit network without dropout, its weights and its batch of 16 images, in the engine's layouts,
/// and the way back into the file's.
/// </summary>
internal static class SeedNetwork
{
    public const int Items = 16;

    public const int Hidden = 256;

    public const int Features = 9216;

    /// <summary>The parameters in model order, as the case names them, with their extents there.</summary>
    private static readonly (string Name, int[] Extents, ulong Seed, int Exponent)[] Tensors =
    [
        ("conv1_w", [32, 1, 3, 3], 1000, 2),
        ("conv1_b", [32], 1001, 5),
        ("conv2_w", [64, 32, 3, 3], 1002, 4),
        ("conv2_b", [64], 1003, 5),
        ("dense1_w", [Hidden, Features], 1004, 5),
        ("dense1_b", [Hidden], 1005, 5),
        ("dense2_w", [10, Hidden], 1006, 3),
        ("dense2_b", [10], 1007, 5),
    ];

    public static GoldenCase Case { get; } = GoldenCase.Open("net-seed-cnn");

    /// <summary>Where the feature that the engine flattens to place i lies in the file's order.</summary>
    private static int[] Permutation { get; } = Case.Values<int>("perm_nhwc_to_nchw", "in");

    public static IReadOnlyList<string> Names { get; } = [.. Tensors.Select(tensor => tensor.Name)];

    public static Layer[] Layers { get; } =
    [
        new Input(new Shape(28, 28, 1)),
        new Conv2D(32, 3, activation: Activation.Relu),
        new Conv2D(64, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(Hidden, Activation.Relu),
        new Dense(10, Activation.Softmax),
    ];

    /// <summary>The batch. Its single channel makes both layouts one.</summary>
    public static float[] Images() => Case.Input("x");

    public static int[] Labels() => Array.ConvertAll(Case.Values<long>("labels", "in"), label => (int)label);

    /// <summary>A parameter's first values in the engine's layout, after their checksum was found right.</summary>
    public static float[] FirstValues(int parameter)
    {
        (string name, int[] extents, ulong seed, int exponent) = Tensors[parameter];
        float[] values = Generate(extents.Aggregate((a, b) => a * b), seed, exponent);
        string expected = Case.Attributes.GetProperty("parameters")[parameter].GetProperty("sha256_f32_le").GetString()!;
        string actual = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(values)));
        return actual == expected ? ToEngine(name, values) : throw new InvalidDataException($"The weights {name} were not generated as PyTorch's were.");
    }

    /// <summary>A parameter, or its gradient, from the file's layout to the engine's.</summary>
    public static T[] ToEngine<T>(string name, T[] values)
    {
        switch (name)
        {
            case "conv1_w" or "conv2_w":
                return Layout.ToHwio(values, Tensors.First(tensor => tensor.Name == name).Extents);
            case "dense1_w":
                var result = new T[values.Length];
                for (int feature = 0; feature < Features; feature++)
                {
                    for (int unit = 0; unit < Hidden; unit++)
                    {
                        result[(feature * Hidden) + unit] = values[(unit * Features) + Permutation[feature]];
                    }
                }

                return result;
            case "dense2_w":
                return Layout.Transpose(values, 10, Hidden);
            default:
                return values;
        }
    }

    /// <summary>The first dense layer's weights, or their gradient, from the engine's layout to the file's: units x features.</summary>
    public static T[] Dense1FromEngine<T>(T[] values)
    {
        var result = new T[values.Length];
        for (int feature = 0; feature < Features; feature++)
        {
            for (int unit = 0; unit < Hidden; unit++)
            {
                result[(unit * Features) + Permutation[feature]] = values[(feature * Hidden) + unit];
            }
        }

        return result;
    }

    /// <summary>The generator that the case states: SplitMix64, whose upper 24 bits make a multiple of a power of two.</summary>
    private static float[] Generate(int count, ulong seed, int exponent)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            ulong z = seed + ((ulong)(i + 1) * 0x9E3779B97F4A7C15);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            values[i] = (float)Math.ScaleB((long)(z >> 40) - 8388608, -23 - exponent);
        }

        return values;
    }
}
