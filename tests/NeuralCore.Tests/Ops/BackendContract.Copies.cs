using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Concatenations and zeros around images: nothing is computed, so every bit is the same.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Parts_of_rows_are_copied_and_nothing_else_is_written()
    {
        ForAll(60, ShapeCases.Rows, test =>
        {
            var random = new Random(test.Seed);
            int before = random.Next(20), after = random.Next(20), first = random.Next(9), stride = first + test.Classes + random.Next(9);
            var copy = new RowCopy(test.Rows, test.Classes, before, before + test.Classes + after, first, stride);
            float[] from = WithPeculiarValues(TestValues.Reals(test.Rows * copy.SourceStride, test.Seed), test.Seed), to = TestValues.Reals(test.Rows * stride, test.Seed + 1);
            float[] expected = (float[])to.Clone();
            ConcatenateReference.CopyRows<float>(copy, from, expected);

            using var memory = new GuardedMemory<float>(Backend);
            Slot destination = memory.InPlace<float>("destination", to);
            Backend.CopyRows(copy, memory.Input<float>("source", from), destination);
            memory.Verify();
            Agreement.SameBits("destination", expected, memory.Read<float>(destination, to.Length));
        });
    }

    [SkippableFact]
    public void Zeros_around_images_and_what_is_within_are_exact()
    {
        ForAll(60, ShapeCases.Images, test =>
        {
            var random = new Random(test.Seed);
            var shape = new ZeroPadding2DShape((test.Height, test.Width), test.Channels, new Border(random.Next(4), random.Next(4), random.Next(4), random.Next(4)));
            float[] x = TestValues.Reals(test.Images * shape.InputCount, test.Seed), dy = TestValues.Reals(test.Images * shape.OutputCount, test.Seed + 1);
            float[] expected = new float[dy.Length], expectedGradient = new float[x.Length];
            ZeroPadding2DReference.Forward<float>(shape, test.Images, x, expected);
            ZeroPadding2DReference.BackwardInput<float>(shape, test.Images, dy, expectedGradient);

            using var memory = new GuardedMemory<float>(Backend);
            Slot output = memory.Output<float>("y", dy.Length + (test.Spare * shape.OutputCount)), dInput = memory.Output<float>("dx", x.Length + (test.Spare * shape.InputCount));
            Backend.ZeroPadding2DForward(shape, test.Images, memory.Input<float>("x", x, test.Spare * shape.InputCount), output);
            Backend.ZeroPadding2DBackwardInput(shape, test.Images, memory.Input<float>("dy", dy, test.Spare * shape.OutputCount), dInput);
            memory.Verify();
            Agreement.SameBits("y", expected, memory.Read<float>(output, dy.Length));
            Agreement.SameBits("dx", expectedGradient, memory.Read<float>(dInput, x.Length));
        });
    }
}
