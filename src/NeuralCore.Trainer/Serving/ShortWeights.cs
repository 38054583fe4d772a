using NeuralCore.Data;
using NeuralCore.Files;

namespace NeuralCore.Trainer.Serving;

/// <summary>
/// Rounds a model's weights for a short download: those of a large tensor become multiples of a power of two, at most <see cref="Steps"/> of it on either side of
/// zero. Such floats end in zeros, and what is left of them after compression is a quarter. The file is an ordinary one of float32. decisions/browser.md has what it costs.
/// </summary>
internal static class ShortWeights
{
    /// <summary>The largest weight of a tensor is at most this many steps: eight bits with the sign.</summary>
    private const int Steps = 128;

    /// <summary>Smaller tensors, as biases and what normalization keeps, take no room and stay as they are.</summary>
    private const int FewestValues = 4096;

    /// <summary>Writes a copy of a safetensors file with rounded weights.</summary>
    /// <param name="from">The file.</param>
    /// <param name="to">The copy.</param>
    /// <exception cref="DataFileException">The file cannot be read.</exception>
    /// <exception cref="FileWriteException">The copy cannot be written.</exception>
    public static void Write(string from, string to)
    {
        using SafetensorsFile file = SafetensorsFile.Open(from);
        SafetensorsFile.Write(to, file.Metadata, [.. file.Tensors.Select(tensor => (tensor.Name, tensor.Shape, Rounded(file.Read(tensor))))]);
    }

    /// <summary>Rounds values in place.</summary>
    private static float[] Rounded(float[] values)
    {
        float most = values.Length < FewestValues ? 0 : values.Max(MathF.Abs);
        if (most > 0 && float.IsFinite(most))
        {
            float step = MathF.ScaleB(1, (int)MathF.Ceiling(MathF.Log2(most / Steps)));
            for (int i = 0; step > 0 && i < values.Length; i++)
            {
                values[i] = MathF.Round(values[i] / step) * step;
            }
        }

        return values;
    }
}
