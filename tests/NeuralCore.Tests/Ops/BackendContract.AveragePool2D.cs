using System.Numerics;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Tests.Ops;

/// <content>Average-pooling, and pooling over whole images.</content>
public abstract partial class BackendContract
{
    [SkippableFact]
    public void Averages_of_integers_are_exact()
    {
        // Divided by a power of two, whatever is divided is exact.
        ForAll(60, ShapeCases.Poolings, test => AverageAgrees(test, ShapeOf(test, countsPadding: true, powersOfTwo: true), TestValues.Integers, isExact: true));
    }

    [SkippableFact]
    public void Averages_of_reals_are_within_rounding()
    {
        ForAll(60, ShapeCases.Poolings, test => AverageAgrees(test, ShapeOf(test, countsPadding: test.Seed % 2 == 0, powersOfTwo: false), TestValues.Reals, isExact: false));
    }

    [SkippableFact]
    public void Global_averages_are_within_rounding()
    {
        ForAll(40, ShapeCases.Images, test =>
        {
            var shape = new GlobalPool2DShape(test.Height * test.Width, test.Channels);
            bool isExact = BitOperations.IsPow2(shape.Positions);
            Func<int, int, float[]> values = isExact ? TestValues.Integers : TestValues.Reals;
            float[] x = values(test.Images * shape.InputCount, test.Seed), dy = values(test.Images * shape.Channels, test.Seed + 1);
            using var exact = new ReferenceBackend<double>();
            (float[] y, float[] dx) = Run(Backend, x, dy);
            (double[] expected, double[] expectedGradient) = Run(exact, TestValues.Widen(x), TestValues.Widen(dy));
            (double[] magnitudes, double[] gradientMagnitudes) = Run(exact, TestValues.Magnitudes(x), TestValues.Magnitudes(dy));

            // The sum is compensated: it is rounded like two or three numbers, however many they are.
            CheckAverages("y", expected, magnitudes, 1, y, isExact);
            CheckAverages("dx", expectedGradient, gradientMagnitudes, 1, dx, isExact);

            (T[] Output, T[] DInput) Run<T>(IBackend<T> backend, T[] input, T[] dOutput)
                where T : unmanaged, IFloatingPointIeee754<T>
            {
                using var memory = new GuardedMemory<T>(backend);
                Slot output = memory.Output<T>("y", dOutput.Length + (test.Spare * shape.Channels)), dInput = memory.Output<T>("dx", input.Length + (test.Spare * shape.InputCount));
                backend.GlobalAveragePool2DForward(shape, test.Images, memory.Input<T>("x", input, test.Spare * shape.InputCount), output);
                backend.GlobalAveragePool2DBackwardInput(shape, test.Images, memory.Input<T>("dy", dOutput, test.Spare * shape.Channels), dInput);
                memory.Verify();
                return (memory.Read<T>(output, dOutput.Length), memory.Read<T>(dInput, input.Length));
            }
        });
    }

    [SkippableFact]
    public void Global_maxima_take_the_first_of_equals_and_let_no_NaN_hide()
    {
        ForAll(60, ShapeCases.Images, test =>
        {
            var shape = new GlobalPool2DShape(test.Height * test.Width, test.Channels);
            float[] x = NonFinite(test.Images * shape.InputCount, test.Seed), dy = TestValues.Reals(test.Images * shape.Channels, test.Seed + 1);
            float[] expected = new float[dy.Length], expectedGradient = new float[x.Length];
            int[] expectedWinners = new int[dy.Length];
            GlobalPool2DReference.Max<float>(shape, test.Images, x, expected, expectedWinners);
            GlobalPool2DReference.MaxBackward<float>(shape, test.Images, dy, expectedWinners, expectedGradient);

            using var memory = new GuardedMemory<float>(Backend);
            Slot input = memory.Input<float>("x", x, test.Spare * shape.InputCount), winners = memory.Output<int>("winners", dy.Length + (test.Spare * shape.Channels));
            Slot output = memory.Output<float>("y", dy.Length + (test.Spare * shape.Channels)), alone = memory.Output<float>("y without winners", dy.Length);
            Slot dInput = memory.Output<float>("dx", x.Length + (test.Spare * shape.InputCount));
            Backend.GlobalMaxPool2DForward(shape, test.Images, input, output, winners);
            Backend.GlobalMaxPool2DForward(shape, test.Images, input, alone, null);
            Backend.GlobalMaxPool2DBackwardInput(shape, test.Images, memory.Input<float>("dy", dy, test.Spare * shape.Channels), winners, dInput);
            memory.Verify();
            Agreement.SameBits("y", expected, memory.Read<float>(output, dy.Length));
            Agreement.SameBits("y without winners", expected, memory.Read<float>(alone, dy.Length));
            Assert.Equal(expectedWinners, memory.Read<int>(winners, dy.Length));
            Agreement.SameBits("dx", expectedGradient, memory.Read<float>(dInput, x.Length));
        });
    }

    [SkippableFact]
    public void An_image_is_pooled_alone_as_in_a_batch()
    {
        ForAll(20, ShapeCases.Images, test =>
        {
            var windows = new AveragePool2DShape(new Window2D((test.Height, test.Width), 1 + (Math.Min(test.Height, test.Width) / 2)), test.Channels);
            var whole = new GlobalPool2DShape(test.Height * test.Width, test.Channels);
            float[] x = TestValues.Reals(test.Images * test.Count, test.Seed), last = x[^test.Count..];
            Agreement.SameBits("average", Windows(last, 1), Windows(x, test.Images)[^windows.OutputCount..]);
            Agreement.SameBits("global average", Whole(last, 1), Whole(x, test.Images)[^test.Channels..]);

            float[] Windows(float[] values, int images) =>
                Result(values, images * windows.OutputCount, (input, output) => Backend.AveragePool2DForward(windows, images, input, output));

            float[] Whole(float[] values, int images) =>
                Result(values, images * test.Channels, (input, output) => Backend.GlobalAveragePool2DForward(whole, images, input, output));
        });

        float[] Result(float[] values, int count, Action<Slot, Slot> forward)
        {
            using var memory = new GuardedMemory<float>(Backend);
            Slot output = memory.Output<float>("y", count);
            forward(memory.Input<float>("x", values), output);
            return memory.Read<float>(output, count);
        }
    }

    /// <summary>The same windows, perhaps with pools of 1, 2 or 4 pixels along each axis, over as much of the image as there is.</summary>
    private static AveragePool2DShape ShapeOf(PoolCase test, bool countsPadding, bool powersOfTwo)
    {
        Window2D window = test.Shape.Window;
        int Least(int size) => powersOfTwo && size == 3 ? 2 : size;
        Size2D kernel = (Least(window.Kernel.Height), Least(window.Kernel.Width));
        Border border = window.Border;
        border = new Border(Math.Min(border.Top, kernel.Height - 1), Math.Min(border.Left, kernel.Width - 1), Math.Min(border.Bottom, kernel.Height - 1), Math.Min(border.Right, kernel.Width - 1));
        return new AveragePool2DShape(new Window2D(window.Image, kernel, window.Strides, border: border), test.Shape.Channels, countsPadding);
    }

    private static void CheckAverages(string what, double[] expected, double[] magnitudes, int terms, float[] actual, bool isExact)
    {
        if (isExact)
        {
            Agreement.SameBits(what, Array.ConvertAll(expected, value => (float)value + 0f), Array.ConvertAll(actual, value => value + 0f));
            return;
        }

        // A division errs by a rounding on processors, and by up to five half units in the last place in OpenCL.
        Agreement.WithinRounding(what, expected, magnitudes, terms + 5, actual);
    }

    private void AverageAgrees(PoolCase test, AveragePool2DShape shape, Func<int, int, float[]> values, bool isExact)
    {
        float[] x = values(test.Images * shape.InputCount, test.Seed), dy = values(test.Images * shape.OutputCount, test.Seed + 1);
        using var exact = new ReferenceBackend<double>();
        (float[] y, float[] dx) = Run(Backend, x, dy);
        (double[] expected, double[] expectedGradient) = Run(exact, TestValues.Widen(x), TestValues.Widen(dy));
        (double[] magnitudes, double[] gradientMagnitudes) = Run(exact, TestValues.Magnitudes(x), TestValues.Magnitudes(dy));
        int window = shape.Window.Kernel.Height * shape.Window.Kernel.Width;
        CheckAverages("y", expected, magnitudes, window, y, isExact);
        CheckAverages("dx", expectedGradient, gradientMagnitudes, window, dx, isExact);

        (T[] Output, T[] DInput) Run<T>(IBackend<T> backend, T[] input, T[] dOutput)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            using var memory = new GuardedMemory<T>(backend);
            Slot output = memory.Output<T>("y", dOutput.Length + (test.Spare * shape.OutputCount)), dInput = memory.Output<T>("dx", input.Length + (test.Spare * shape.InputCount));
            backend.AveragePool2DForward(shape, test.Images, memory.Input<T>("x", input, test.Spare * shape.InputCount), output);
            backend.AveragePool2DBackwardInput(shape, test.Images, memory.Input<T>("dy", dOutput, test.Spare * shape.OutputCount), dInput);
            memory.Verify();
            return (memory.Read<T>(output, dOutput.Length), memory.Read<T>(dInput, input.Length));
        }
    }
}
