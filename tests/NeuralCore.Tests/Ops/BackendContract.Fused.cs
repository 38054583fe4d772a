using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Ops that do what several do, in one pass: they give the bits that the several give.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Pooled_convolution_drops_out_like_the_op_of_its_own() =>
        ForAll(40, ShapeCases.PooledConvolutions, test =>
        {
            Conv2DMaxPoolShape shape = test.Shape;
            var mask = new DropoutMask(0.3, (ulong)test.Seed, 5, 2);
            int outputs = test.Images * shape.OutputCount;
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("input", TestValues.Reals(test.Images * shape.Conv.InputCount, test.Seed));
            Slot weights = memory.Input<float>("weights", TestValues.Reals(shape.Conv.WeightCount, test.Seed + 1));
            Slot bias = memory.Input<float>("bias", TestValues.Reals(shape.Conv.Filters, test.Seed + 2));
            Slot dOutput = memory.Input<float>("dOutput", TestValues.Reals(outputs, test.Seed + 3));
            long scratch = Backend.ScratchBytes(shape, test.Images);

            (Slot output, Slot winners) = Forward(null);
            Slot expected = memory.Output<float>("dropout(y)", outputs), dBetween = memory.Output<float>("dropout(dy)", outputs);
            Backend.Dropout(mask, outputs, output, expected);
            Backend.Dropout(mask, outputs, dOutput, dBetween);
            float[][] expectedGradients = Backward(new OutputGradient(dBetween, output), winners);

            (Slot dropped, Slot droppedWinners) = Forward(mask);
            Agreement.SameBits("y", memory.Read<float>(expected, outputs), memory.Read<float>(dropped, outputs));
            Assert.Equal(memory.Read<byte>(winners, outputs), memory.Read<byte>(droppedWinners, outputs));
            float[][] gradients = Backward(new OutputGradient(dOutput, dropped, mask.Scale), droppedWinners);
            Agreement.SameBits("dInput", expectedGradients[0], gradients[0]);
            Agreement.SameBits("dWeights", expectedGradients[1], gradients[1]);
            Agreement.SameBits("dBias", expectedGradients[2], gradients[2]);
            memory.Verify();

            (Slot Output, Slot Winners) Forward(DropoutMask? dropout)
            {
                Slot y = memory.Output<float>("y", outputs), won = memory.Output<byte>("winners", outputs);
                Backend.Conv2DMaxPoolForward(shape, test.Images, input, new(weights, bias), Activation.Relu, new(y, won, dropout), memory.Scratch(scratch));
                return (y, won);
            }

            float[][] Backward(OutputGradient dy, Slot won)
            {
                Slot dInput = memory.Output<float>("dInput", test.Images * shape.Conv.InputCount);
                Slot dWeights = memory.Output<float>("dWeights", shape.Conv.WeightCount), dBias = memory.Output<float>("dBias", shape.Conv.Filters);
                Backend.Conv2DMaxPoolBackwardInput(shape, test.Images, dy, won, weights, dInput, memory.Scratch(scratch));
                Backend.Conv2DMaxPoolBackwardWeights(shape, test.Images, input, dy, won, dWeights, dBias, memory.Scratch(scratch));
                return
                [
                    memory.Read<float>(dInput, test.Images * shape.Conv.InputCount),
                    memory.Read<float>(dWeights, shape.Conv.WeightCount),
                    memory.Read<float>(dBias, shape.Conv.Filters),
                ];
            }
        });

    [SkippableFact]
    public void A_block_of_two_convolutions_gives_what_the_two_give()
    {
        Skip.IfNot(Backend is IFusedConvBlock, "This backend has no block of two convolutions.");
        ForAll(30, ShapeCases.PooledConvolutions, test =>
        {
            Conv2DShape second = test.Shape.Conv;
            var shape = new ConvBlockShape(new Conv2DShape(second.Height + 2, second.Width + 2, 1, second.Channels, 3, 3), test.Shape);
            if (!((IFusedConvBlock)Backend).Pays(shape))
            {
                // Such a block is never joined, and its ops may add in another order; the same with channels that fill pairs of vectors.
                second = new Conv2DShape(second.Window, (second.Channels + 31) / 32 * 32, second.Filters);
                shape = new ConvBlockShape(
                    new Conv2DShape(second.Height + 2, second.Width + 2, 1, second.Channels, 3, 3), new Conv2DMaxPoolShape(second, test.Shape.Pool));
            }

            var mask = new DropoutMask(0.3, (ulong)test.Seed, 5, 2);
            int images = test.Images, outputs = images * test.Shape.OutputCount, between = images * shape.First.OutputCount;
            int[] counts = [shape.First.WeightCount, shape.First.Filters, second.WeightCount, second.Filters];
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("input", TestValues.Reals(images * shape.First.InputCount, test.Seed));
            Slot dOutput = memory.Input<float>("dOutput", TestValues.Reals(outputs, test.Seed + 1));
            Slot[] p = [.. counts.Select((count, i) => memory.Input<float>("parameter", TestValues.Reals(count, test.Seed + 2 + i)))];

            Slot y = memory.Output<float>("y1", between), dy = memory.Output<float>("dy1", between);
            Slot output = memory.Output<float>("y", outputs), winners = memory.Output<byte>("winners", outputs);
            Slot[] expected = Gradients();
            Slot scratch = memory.Scratch(Math.Max(Backend.ScratchBytes(shape.First, images), Backend.ScratchBytes(shape.Second, images)));
            Backend.Conv2DForward(shape.First, images, input, new(p[0], p[1]), Activation.Relu, y, scratch);
            Backend.Conv2DMaxPoolForward(shape.Second, images, y, new(p[2], p[3]), Activation.Relu, new(output, winners, mask), scratch);
            var gradient = new OutputGradient(dOutput, output, mask.Scale);
            Backend.Conv2DMaxPoolBackwardWeights(shape.Second, images, y, gradient, winners, expected[2], expected[3], scratch);
            Backend.Conv2DMaxPoolBackwardInput(shape.Second, images, gradient, winners, p[2], dy, scratch);
            Backend.Conv2DBackwardWeights(shape.First, images, input, new OutputGradient(dy, y), expected[0], expected[1], scratch);

            Slot blockOutput = memory.Output<float>("y", outputs), blockWinners = memory.Output<byte>("winners", outputs);
            Slot[] actual = Gradients();
            long bytes = Backend.ScratchBytes(shape, images);
            var parameters = new ConvBlockParameters(new(p[0], p[1]), new(p[2], p[3]));
            Backend.ConvBlockForward(shape, images, input, parameters, Activation.Relu, new(blockOutput, blockWinners, mask), memory.Scratch(bytes));
            Backend.ConvBlockBackward(
                shape, images, input, new OutputGradient(dOutput, blockOutput, mask.Scale), blockWinners, parameters,
                new ConvBlockParameters(new(actual[0], actual[1]), new(actual[2], actual[3])), memory.Scratch(bytes));
            memory.Verify();
            Agreement.SameBits("y", memory.Read<float>(output, outputs), memory.Read<float>(blockOutput, outputs));
            Assert.Equal(memory.Read<byte>(winners, outputs), memory.Read<byte>(blockWinners, outputs));
            for (int i = 0; i < counts.Length; i++)
            {
                Agreement.SameBits($"gradient {i}", memory.Read<float>(expected[i], counts[i]), memory.Read<float>(actual[i], counts[i]));
            }

            Slot[] Gradients() => [.. counts.Select(count => memory.Output<float>("gradient", count))];
        });
    }

    [SkippableTheory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Dense_updates_its_weights_like_the_ops_of_their_own(bool thin, bool withInput) =>
        ForAll(20, ShapeCases.DenseLayers, test =>
        {
            DenseShape shape = test.Shape;
            AdamStep step = AdamStep.At(3, 0.01);
            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("input", TestValues.Reals(test.Items * shape.Inputs, test.Seed));
            float[] dy = TestValues.Reals(test.Items * shape.Units, test.Seed + 1);
            float[] y = TestValues.Reals(dy.Length, test.Seed + 2);
            var dOutput = new OutputGradient(memory.Input<float>("dy", thin ? [.. dy.Select((g, i) => i % 4 == 0 ? g : 0)] : dy), memory.Input<float>("y", y));
            float[] w = TestValues.Reals(shape.WeightCount, test.Seed + 3), m = TestValues.Reals(w.Length, test.Seed + 4);
            float[] v = Array.ConvertAll(TestValues.Reals(w.Length, test.Seed + 5), Math.Abs);
            long scratch = Backend.ScratchBytes(shape, test.Items);

            Slot[] expected = [memory.InPlace<float>("w", w), memory.InPlace<float>("m", m), memory.InPlace<float>("v", v)];
            Slot expectedInput = memory.Output<float>("dInput", test.Items * shape.Inputs), expectedBias = memory.Output<float>("dBias", shape.Units);
            Slot dWeights = memory.Output<float>("dWeights", shape.WeightCount);
            Backend.DenseBackwardInput(shape, test.Items, dOutput, expected[0], expectedInput, memory.Scratch(scratch));
            Backend.DenseBackwardWeights(shape, test.Items, input, dOutput, dWeights, expectedBias, memory.Scratch(scratch));
            Backend.Adam(step, w.Length, expected[0], dWeights, expected[1], expected[2]);

            Slot[] actual = [memory.InPlace<float>("w", w), memory.InPlace<float>("m", m), memory.InPlace<float>("v", v)];
            Slot dInput = memory.Output<float>("dInput", test.Items * shape.Inputs), dBias = memory.Output<float>("dBias", shape.Units);
            Backend.DenseBackwardUpdate(
                shape, test.Items, input, dOutput, withInput ? dInput : null, dBias, step, actual[0], actual[1], actual[2], memory.Scratch(scratch));
            memory.Verify();
            Agreement.SameBits("dBias", memory.Read<float>(expectedBias, shape.Units), memory.Read<float>(dBias, shape.Units));
            foreach (int i in (int[])[0, 1, 2])
            {
                Agreement.SameBits("wmv"[i].ToString(), memory.Read<float>(expected[i], w.Length), memory.Read<float>(actual[i], w.Length));
            }

            if (withInput)
            {
                Agreement.SameBits("dInput", memory.Read<float>(expectedInput, test.Items * shape.Inputs), memory.Read<float>(dInput, test.Items * shape.Inputs));
            }
        });
}
