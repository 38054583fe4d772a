using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>What only inference asks for: no winners, and weights that were prepared once.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Pooling_gives_the_same_where_nobody_asks_who_won() =>
        ForAll(30, ShapeCases.Poolings, test =>
        {
            int outputs = test.Images * test.Shape.OutputCount;
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("x", NonFinite(test.Images * test.Shape.InputCount, test.Seed));
            Slot expected = memory.Output<float>("y", outputs), actual = memory.Output<float>("y", outputs);
            Backend.MaxPool2DForward(test.Shape, test.Images, input, expected, memory.Output<byte>("winners", outputs));
            Backend.MaxPool2DForward(test.Shape, test.Images, input, actual, null);
            memory.Verify();
            Agreement.SameBits("y", memory.Read<float>(expected, outputs), memory.Read<float>(actual, outputs));
        });

    [SkippableFact]
    public void Convolutions_give_the_same_without_winners_and_with_prepared_weights() =>
        ForAll(30, ShapeCases.PooledConvolutions, test => InferenceAgrees(test.Shape, test.Images, test.Seed));

    /// <summary>Sizes whose weights have another form on the CPU; the second's windows do not fit groups of rows, the third's are no fours.</summary>
    [SkippableTheory]
    [InlineData(26, 26, 2)]
    [InlineData(15, 13, 2)]
    [InlineData(14, 14, 4)]
    public void Convolutions_of_whole_vectors_give_the_same_without_winners_and_with_prepared_weights(int height, int width, int window)
    {
        var conv = new Conv2DShape(height, width, 16, 32, 3, 3);
        InferenceAgrees(new Conv2DMaxPoolShape(conv, new MaxPool2DShape(conv.OutHeight, conv.OutWidth, conv.Filters, window, window, window, window)), 3, 1);
    }

    private void InferenceAgrees(Conv2DMaxPoolShape shape, int images, int seed)
    {
        Conv2DShape conv = shape.Conv;
        var block = new ConvBlockShape(new Conv2DShape(conv.Height + 2, conv.Width + 2, 1, conv.Channels, 3, 3), shape);
        int outputs = images * shape.OutputCount, convOutputs = images * conv.OutputCount;
        using var memory = new GuardedMemory<float>(Backend);
        Slot x = memory.Input<float>("x", TestValues.Reals(images * conv.InputCount, seed));
        Slot blockX = memory.Input<float>("x", TestValues.Reals(images * block.First.InputCount, seed + 1));
        Slot[] p = [.. new[] { block.First.WeightCount, conv.Channels, conv.WeightCount, conv.Filters }
            .Select((count, i) => memory.Input<float>("parameter", TestValues.Reals(count, seed + 2 + i)))];
        Slot scratch = memory.Scratch(new[] { Backend.ScratchBytes(conv, images), Backend.ScratchBytes(shape, images), Backend is IFusedConvBlock ? Backend.ScratchBytes(block, images) : 0 }.Max());
        Slot? prepared = null;
        if (Backend.PreparedBytes(conv) is > 0 and long bytes)
        {
            prepared = memory.Output<byte>("prepared weights", checked((int)bytes));
            Backend.Prepare(conv, p[2], prepared.Value);
        }

        foreach (Activation activation in (Activation[])[Activation.Linear, Activation.Relu])
        {
            Same("convolution", convOutputs, (y, winners, weights) => Backend.Conv2DForward(conv, images, x, new(p[2], p[3], weights), activation, y, scratch));
            Same("pooled", outputs, (y, winners, weights) => Backend.Conv2DMaxPoolForward(shape, images, x, new(p[2], p[3], weights), activation, new(y, winners), scratch));
            if (Backend is IFusedConvBlock)
            {
                Same("block", outputs, (y, winners, weights) => Backend.ConvBlockForward(block, images, blockX, new(new(p[0], p[1]), new(p[2], p[3], weights)), activation, new(y, winners), scratch));
            }
        }

        void Same(string name, int count, Action<Slot, Slot?, Slot?> forward)
        {
            Slot expected = memory.Output<float>("y", count), actual = memory.Output<float>("y", count);
            forward(expected, memory.Output<byte>("winners", count), null);
            forward(actual, null, prepared);
            memory.Verify();
            Agreement.SameBits(name, memory.Read<float>(expected, count), memory.Read<float>(actual, count));
        }
    }
}
