
namespace NeuralCore.Peers.Contestants;

/// <summary>
/// The seed network's parameters as PyTorch and ONNX lay them out: convolutions filters x channels x height x width, dense
/// layers units x inputs, and the inputs of the first dense layer by channel, row and column.
/// </summary>
internal sealed class Weights
{
    private const int PooledSide = 12;
    private const int PooledChannels = 64;

    /// <summary>Copies the parameters of a model that <c>SeedNetwork</c> made.</summary>
    public Weights(Model model)
    {
        float[][] values = [.. model.Parameters.Select(p => p.Read())];
        Convolution1 = Filters(values[0], 9, 1, 32);
        Bias1 = values[1];
        Convolution2 = Filters(values[2], 9, 32, 64);
        Bias2 = values[3];

        // Channels-last inputs (pixel, channel) become channels-first (channel, pixel).
        Dense1 = Filters(values[4], PooledSide * PooledSide, PooledChannels, 256);
        Bias3 = values[5];
        Dense2 = Filters(values[6], 1, 256, 10);
        Bias4 = values[7];
    }

    /// <summary>32 x 1 x 3 x 3.</summary>
    public float[] Convolution1 { get; }

    /// <summary>32.</summary>
    public float[] Bias1 { get; }

    /// <summary>64 x 32 x 3 x 3.</summary>
    public float[] Convolution2 { get; }

    /// <summary>64.</summary>
    public float[] Bias2 { get; }

    /// <summary>256 x 9216.</summary>
    public float[] Dense1 { get; }

    /// <summary>256.</summary>
    public float[] Bias3 { get; }

    /// <summary>10 x 256.</summary>
    public float[] Dense2 { get; }

    /// <summary>10.</summary>
    public float[] Bias4 { get; }

    /// <summary>(place, channel, unit) becomes (unit, channel, place).</summary>
    private static float[] Filters(float[] values, int places, int channels, int units)
    {
        var result = new float[values.Length];
        for (int place = 0; place < places; place++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int unit = 0; unit < units; unit++)
                {
                    result[(((unit * channels) + channel) * places) + place] = values[(((place * channels) + channel) * units) + unit];
                }
            }
        }

        return result;
    }
}
