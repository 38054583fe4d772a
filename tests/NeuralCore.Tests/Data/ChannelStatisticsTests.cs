using NeuralCore.Data;
using Xunit;

namespace NeuralCore.Tests.Data;

public sealed class ChannelStatisticsTests
{
    [Fact]
    public void Means_and_deviations_are_those_of_each_channel()
    {
        byte[] pixels = [0, 10, 255, 255, 10, 255, 0, 30, 255, 255, 30, 255];
        (float[] means, float[] deviations) = ChannelStatistics.Of(new LabelledImages(pixels, new byte[2], 1, 2, channels: 3));
        Assert.Equal([0.5f, 20f / 255, 1], means);
        Assert.Equal([0.5f, 10f / 255, 1], deviations);
    }
}
