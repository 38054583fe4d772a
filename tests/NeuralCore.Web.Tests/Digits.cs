using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Tests;
using NeuralCore.Vision.Stages;
using NeuralCore.Web.Page;

namespace NeuralCore.Web.Tests;

/// <summary>Digits to show to the page: MNIST's, and pictures and marks made of strokes.</summary>
internal static class Digits
{
    private static readonly Lazy<(LabelledImages Train, LabelledImages Test)> Mnist = new(Data.Mnist.Load);

    /// <summary>The model that comes with the program.</summary>
    public static string Model => Path.Combine(AppContext.BaseDirectory, "data", "digits.onnx");

    /// <summary>Writes a model that says which of red, green and blue there is most of in a whole picture.</summary>
    /// <returns>Its file.</returns>
    public static string ColourModel(TemporaryFolder folder)
    {
        using var model = new Sequential(new Input(new Shape(8, 8, 3), Preprocessing.Scale), new GlobalAveragePooling2D(), new Dense(3, Activation.Softmax));
        model.Compile(backend: CpuBackend.Create(1), seed: 1);
        model.Parameters[0].Write([9, 0, 0, 0, 9, 0, 0, 0, 9]);
        string file = folder.File("colours.safetensors");
        ModelFile.Save(model, file, new Dictionary<string, string> { [ClassNamesText.Key] = ClassNamesText.Write(["red", "green", "blue"]), [PicturePreparation.Key] = PicturePreparation.NameOf(PictureKind.Picture) });
        return file;
    }

    /// <summary>MNIST's training images, some of them from a place on.</summary>
    public static Samples Train(int first, int count) => Some(Mnist.Value.Train, first, count);

    /// <summary>MNIST's test images, some of them from a place on.</summary>
    public static Samples Test(int first, int count) => Some(Mnist.Value.Test, first, count);

    /// <summary>A 3 as a person draws it, in one stroke, in shares of a square.</summary>
    public static IReadOnlyList<(double X, double Y)> Three { get; } =
        [(.3, .25), (.38, .17), (.5, .13), (.62, .17), (.67, .27), (.63, .4), (.48, .47), (.62, .52), (.7, .65), (.66, .8), (.52, .87), (.38, .84), (.29, .75)];

    /// <summary>A 1.</summary>
    public static IReadOnlyList<(double X, double Y)> One { get; } = [(.5, .12), (.5, .88)];

    /// <summary>A star, which is no digit; each number gives another one.</summary>
    public static IReadOnlyList<(double X, double Y)> Star(int number)
    {
        var random = new Random(number);
        (double turn, double size) = ((random.NextDouble() - 0.5) * 0.3, 0.38 + (random.NextDouble() * 0.06));
        return [.. Enumerable.Range(0, 6).Select(i => (0.5 + (size * Math.Sin(turn + (i * 0.8 * Math.PI))), 0.5 - (size * Math.Cos(turn + (i * 0.8 * Math.PI)))))];
    }

    /// <summary>A square with a diagonal, which is no digit either; each number gives another one.</summary>
    public static IReadOnlyList<(double X, double Y)> Window(int number)
    {
        var random = new Random(number);
        double At(double place) => place + ((random.NextDouble() - 0.5) * 0.08);
        return [(At(.2), At(.2)), (At(.8), At(.2)), (At(.8), At(.8)), (At(.2), At(.8)), (At(.2), At(.2)), (At(.8), At(.8))];
    }

    /// <summary>The ink of strokes on a square canvas, a byte a pixel.</summary>
    public static byte[] Ink(int side, params IReadOnlyList<(double X, double Y)>[] strokes)
    {
        var ink = new byte[side * side];
        double pen = 0.035 * side;
        foreach (IReadOnlyList<(double X, double Y)> stroke in strokes)
        {
            for (int i = 0; i + 1 < stroke.Count; i++)
            {
                ((double x0, double y0), (double x1, double y1)) = (stroke[i], stroke[i + 1]);
                for (double t = 0; t <= 1; t += 0.01)
                {
                    Dot((x0 + (t * (x1 - x0))) * side, (y0 + (t * (y1 - y0))) * side);
                }
            }
        }

        return ink;

        void Dot(double x, double y)
        {
            for (int row = Math.Max(0, (int)(y - pen)); row <= Math.Min(side - 1, y + pen); row++)
            {
                for (int column = Math.Max(0, (int)(x - pen)); column <= Math.Min(side - 1, x + pen); column++)
                {
                    ink[(row * side) + column] = ((column - x) * (column - x)) + ((row - y) * (row - y)) <= pen * pen ? (byte)255 : ink[(row * side) + column];
                }
            }
        }
    }

    /// <summary>A sheet of paper with MNIST's digits in lines: its grey pixels, and the lines.</summary>
    /// <param name="first">The first test image.</param>
    /// <param name="rows">Lines.</param>
    /// <param name="columns">Digits of a line.</param>
    /// <param name="scale">The side in pixels of the sheet of one pixel of a digit.</param>
    public static (byte[] Gray, int Width, int Height, string[] Lines) Sheet(int first, int rows, int columns, int scale)
    {
        Samples digits = Test(first, rows * columns);
        (int cell, int margin) = (34 * scale, 20 * scale);
        (int width, int height) = (((columns * cell) + (2 * margin)) & ~1, ((rows * (cell + (12 * scale))) + (2 * margin)) & ~1);
        var gray = new byte[width * height];
        Array.Fill(gray, (byte)225);
        for (int digit = 0; digit < digits.Count; digit++)
        {
            (int left, int top) = (margin + (digit % columns * cell), margin + (digit / columns * (cell + (12 * scale))));
            for (int i = 0; i < Samples.Size * scale * scale; i++)
            {
                (int x, int y) = (i % (28 * scale), i / (28 * scale));
                int ink = digits.Pixels[(digit * Samples.Size) + (y / scale * 28) + (x / scale)];
                gray[((top + y) * width) + left + x] = (byte)(225 - (ink * 190 / 255));
            }
        }

        return (gray, width, height, [.. Enumerable.Range(0, rows).Select(row => string.Concat(digits.Labels.Skip(row * columns).Take(columns)))]);
    }

    /// <summary>A picture in grey as the bytes of a BMP file, which needs no encoder.</summary>
    public static byte[] Bmp(byte[] gray, int width, int height)
    {
        const int Headers = 54;
        int stride = ((width * 3) + 3) & ~3;
        var file = new byte[Headers + (stride * height)];
        using (var writer = new BinaryWriter(new MemoryStream(file)))
        {
            writer.Write("BM"u8);
            writer.Write(file.Length);
            writer.Write(0);
            writer.Write(Headers);
            writer.Write(40);
            writer.Write(width);
            writer.Write(height);
            writer.Write((short)1);
            writer.Write((short)24);
        }

        for (int i = 0; i < gray.Length; i++)
        {
            file.AsSpan(Headers + ((height - 1 - (i / width)) * stride) + (i % width * 3), 3).Fill(gray[i]);
        }

        return file;
    }

    /// <summary>A grey picture as a film (YUV4MPEG2) of three equal frames, which Chromium shows as its camera.</summary>
    public static byte[] Film(byte[] gray, int width, int height)
    {
        var film = new MemoryStream();
        film.Write(System.Text.Encoding.ASCII.GetBytes($"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n"));
        for (int frame = 0; frame < 3; frame++)
        {
            film.Write("FRAME\n"u8);
            film.Write(gray);
            var colours = new byte[width * height / 2];
            Array.Fill(colours, (byte)128);
            film.Write(colours);
        }

        return film.ToArray();
    }

    private static Samples Some(LabelledImages images, int first, int count) => new(
        [.. Enumerable.Range(first, count).SelectMany(i => images.Pixels(i).ToArray())],
        images.Labels.Slice(first, count).ToArray());
}
