#:project Support/NeuralCore.Course.csproj
#:project ../NeuralCore/NeuralCore.csproj
#:property PublishAot=false
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using NeuralCore;
using NeuralCore.Course;
using NeuralCore.Data;

// Chapter 4: convolution and pooling as plain loops, and their derivatives. The text is in 04-convolution.md.

Check.Section("A max-pooling and its gradient");
double[] image = [1, 3, 2, 0, 5, 4, 1, 2, 0, 2, 7, 1, 1, 6, 3, 8];
var poolOfFour = new Sizes(4, 4, 1, 2, 2, 1);
(double[] pooled, int[] winners) = Loops.MaxPool(image, poolOfFour);
double[] dPooled = [10, 20, 30, 40];
double[] dImage = Loops.MaxPoolBackward(dPooled, winners, image.Length);
for (int y = 0; y < 4; y++)
{
    Console.WriteLine($"input {Row(image, y)}   gradient {Row(dImage, y)}");
}

Console.WriteLine($"output {Row(pooled, 0)}, gradient from above {Row(dPooled, 0)}");
double raised = Nudge(4, 0.001), loser = Nudge(5, 0.001);
Console.WriteLine($"the 5 grows by 0.001: the sum of outputs times gradients grows by {raised:F3}; the 4 beside it grows: {loser:F3}");
Check.That(Math.Abs(raised - 0.01) < 1e-9 && loser == 0, "the winner passes all of its window's gradient on, the losers nothing");

Check.Section("A convolution, a ReLU and a max-pooling against central differences");
var random = new Random(4);
var conv = new Sizes(7, 7, 2, 3, 3, 3);
var pool = new Sizes(conv.OutputHeight, conv.OutputWidth, 3, 2, 2, 3);
double[] x = Uniform<double>(conv.Input), w = Uniform<double>(conv.Weights), b = Uniform<double>(3), dy = Uniform<double>(pool.Height / 2 * (pool.Width / 2) * 3);
double[] dx = new double[x.Length], dw = new double[w.Length], db = new double[3];
Backward();
double worst = new[] { Difference.LargestError(Loss, x, dx), Difference.LargestError(Loss, w, dw), Difference.LargestError(Loss, b, db) }.Max();
Console.WriteLine($"{x.Length} inputs, {w.Length} weights, 3 biases: largest difference ~{worst:0.0e0}");
Check.That(worst < 1e-8, "the derivatives of input, weights and bias agree with central differences");

Check.Section("The seed network by plain loops");
LabelledImages test = Mnist.Load(Repository.Locate("data/mnist")).Test;
var network = new PlainNetwork(random);
const int Images = 6;
float[][] images = [.. Enumerable.Range(0, Images).Select(i => test.Pixels(i).ToArray().Select(pixel => pixel / 255f).ToArray())];
network.Step(images[0], test.Label(0), train: true);
long start = Stopwatch.GetTimestamp();
double[] losses = [.. images.Select((pixels, i) => network.Step(pixels, test.Label(i), train: false))];
double forward = Images / Stopwatch.GetElapsedTime(start).TotalSeconds;
start = Stopwatch.GetTimestamp();
network.ClearGradients();
for (int i = 0; i < Images; i++)
{
    network.Step(images[i], test.Label(i), train: true);
}

double training = Images / Stopwatch.GetElapsedTime(start).TotalSeconds;
Console.WriteLine($"{network.Parameters.Sum(p => p.Length)} weights; predicting ~{forward:F0} images/s, training ~{training:F0} images/s");

using var tape = new Tape();
Tensor[] variables = [.. network.Parameters.Zip(PlainNetwork.Shapes, (values, shape) => tape.Variable(Tensor.From(values, shape)))];
Tensor input = tape.Constant(Tensor.From(images.SelectMany(pixels => pixels).ToArray(), new Shape(Images, 28, 28, 1)));
Tensor logits = input.Conv2D(variables[0], variables[1]).ReLU().Conv2D(variables[2], variables[3]).ReLU().MaxPooling2D(2).Flatten()
    .Dense(variables[4], variables[5]).ReLU().Dense(variables[6], variables[7]);
Tensor loss = logits.SoftmaxCrossentropy([.. Enumerable.Range(0, Images).Select(test.Label)]);
Gradients gradients = tape.Gradients(loss);
double largest = 0;
for (int i = 0; i < variables.Length; i++)
{
    float[] engine = gradients[variables[i]].ToArray();
    double scale = engine.Max(Math.Abs);
    largest = Math.Max(largest, engine.Zip(network.Gradients[i], (e, own) => Math.Abs(e - (own / Images)) / scale).Max());
}

Console.WriteLine($"mean loss {losses.Average():F4}; the engine's {loss.Scalar:F4}; gradients differ by ~{largest:0e0} of the largest element");
Check.That(Math.Abs(losses.Average() - loss.Scalar) < 1e-4, "the engine computes the same loss");
Check.That(largest < 1e-4, "and the same gradients, up to the rounding of 32-bit numbers");

using Sequential seed = Zoo.Seed();
seed.Compile(seed: 1);
const int Few = 3840;
seed.Fit(new DatasetSlice(test, 0, Few), epochs: 1, batchSize: 128);
start = Stopwatch.GetTimestamp();
seed.Fit(new DatasetSlice(test, 0, Few), epochs: 1, batchSize: 128);
double fast = Few / Stopwatch.GetElapsedTime(start).TotalSeconds;
Console.WriteLine($"the engine trains ~{fast:F0} images/s, ~{fast / training:F0} times as many");
Check.That(fast > 20 * training, "plain loops are far from what the machine can do");
DrawPooling();
return Check.ExitCode;

static string Row(double[] values, int row) => string.Join(' ', values.Skip(4 * row).Take(4).Select(value => $"{value,2}"));

double Nudge(int index, double by)
{
    double[] nudged = [.. image];
    nudged[index] += by;
    return Loops.MaxPool(nudged, poolOfFour).Values.Zip(pooled, (after, before) => after - before).Zip(dPooled, (change, gradient) => change * gradient).Sum();
}

T[] Uniform<T>(int count)
    where T : INumber<T> => [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked((2 * random.NextDouble()) - 1))];

double Loss()
{
    double[] a = Loops.Relu(Loops.Convolve(x, w, b, conv));
    return Loops.MaxPool(a, pool).Values.Zip(dy, (value, gradient) => value * gradient).Sum();
}

void Backward()
{
    double[] a = Loops.Relu(Loops.Convolve(x, w, b, conv));
    double[] da = Loops.MaxPoolBackward(dy, Loops.MaxPool(a, pool).Winners, a.Length);
    Loops.ReluBackward(a, da);
    Loops.ConvolveBackward(x, w, da, dx, dw, db, conv);
}

void DrawPooling()
{
    var figure = new Figure(480, 330, "A max-pooling of windows of 2 x 2, forward and backward");
    figure.Text(20, 24, "forward: the largest of each window");
    Grid(20, 36, 4, image, index => winners.Contains(index));
    figure.Arrow(170, 96, 215, 96);
    Grid(230, 66, 2, pooled, _ => true);
    figure.Text(20, 190, "backward: each gradient to the place that won");
    Grid(230, 232, 2, dPooled, _ => true);
    figure.Arrow(215, 262, 170, 262);
    Grid(20, 202, 4, dImage, index => winners.Contains(index));
    figure.Text(310, 100, "output", "start", "soft");
    figure.Text(310, 266, "gradient from above", "start", "soft");
    figure.Save("04-convolution");

    void Grid(double left, double top, int side, double[] values, Func<int, bool> marked)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double cx = left + (i % side * 30) + (side == 4 && i % side > 1 ? 6 : 0), cy = top + (i / side * 30);
            figure.Rectangle(cx, cy, 30, 30, marked(i) ? "c2" : "c1", marked(i) ? 0.5 : 0.08, "ink");
            figure.Text(cx + 15, cy + 20, $"{values[i]}", "middle");
        }
    }
}

/// <summary>An image, a kernel (or a pooling's window) and the number of filters.</summary>
internal sealed record Sizes(int Height, int Width, int Channels, int KernelHeight, int KernelWidth, int Filters)
{
    public int OutputHeight => Height - KernelHeight + 1;

    public int OutputWidth => Width - KernelWidth + 1;

    public int Input => Height * Width * Channels;

    public int Output => OutputHeight * OutputWidth * Filters;

    public int Weights => KernelHeight * KernelWidth * Channels * Filters;
}

/// <summary>The ops as plain loops. Images are height x width x channels, weights kernel height x kernel width x channels x filters.</summary>
internal static class Loops
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T[] Convolve<T>(T[] x, T[] w, T[] b, Sizes s)
        where T : INumber<T>
    {
        T[] output = new T[s.Output];
        for (int y = 0; y < s.OutputHeight; y++)
        {
            for (int column = 0; column < s.OutputWidth; column++)
            {
                Span<T> sums = output.AsSpan(((y * s.OutputWidth) + column) * s.Filters, s.Filters);
                b.CopyTo(sums);
                for (int ky = 0; ky < s.KernelHeight; ky++)
                {
                    for (int kx = 0; kx < s.KernelWidth; kx++)
                    {
                        for (int c = 0; c < s.Channels; c++)
                        {
                            T value = x[((((y + ky) * s.Width) + column + kx) * s.Channels) + c];
                            ReadOnlySpan<T> row = w.AsSpan(((((ky * s.KernelWidth) + kx) * s.Channels) + c) * s.Filters, sums.Length);
                            for (int f = 0; f < sums.Length; f++)
                            {
                                sums[f] += value * row[f];
                            }
                        }
                    }
                }
            }
        }

        return output;
    }

    /// <summary>Adds to dw and db, and to dx unless it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ConvolveBackward<T>(T[] x, T[] w, T[] dOutput, T[] dx, T[] dw, T[] db, Sizes s)
        where T : INumber<T>
    {
        for (int y = 0; y < s.OutputHeight; y++)
        {
            for (int column = 0; column < s.OutputWidth; column++)
            {
                ReadOnlySpan<T> dy = dOutput.AsSpan(((y * s.OutputWidth) + column) * s.Filters, s.Filters);
                for (int f = 0; f < dy.Length; f++)
                {
                    db[f] += dy[f];
                }

                for (int ky = 0; ky < s.KernelHeight; ky++)
                {
                    for (int kx = 0; kx < s.KernelWidth; kx++)
                    {
                        for (int c = 0; c < s.Channels; c++)
                        {
                            int pixel = ((((y + ky) * s.Width) + column + kx) * s.Channels) + c;
                            int place = ((((ky * s.KernelWidth) + kx) * s.Channels) + c) * s.Filters;
                            Span<T> dRow = dw.AsSpan(place, dy.Length);
                            ReadOnlySpan<T> row = w.AsSpan(place, dy.Length);
                            T sum = T.Zero;
                            for (int f = 0; f < dy.Length; f++)
                            {
                                dRow[f] += x[pixel] * dy[f]; // output f contains x w: its slope by w is x
                                sum += row[f] * dy[f];       // and its slope by x is w
                            }

                            if (dx.Length > 0)
                            {
                                dx[pixel] += sum;
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>The largest of each window, and the place in the input that it came from; windows do not overlap.</summary>
    public static (T[] Values, int[] Winners) MaxPool<T>(T[] x, Sizes s)
        where T : INumber<T>
    {
        int height = s.Height / s.KernelHeight, width = s.Width / s.KernelWidth;
        T[] values = new T[height * width * s.Channels];
        int[] winners = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int c = i % s.Channels, column = i / s.Channels % width, y = i / s.Channels / width;
            int best = -1;
            for (int ky = 0; ky < s.KernelHeight; ky++)
            {
                for (int kx = 0; kx < s.KernelWidth; kx++)
                {
                    int place = ((((y * s.KernelHeight) + ky) * s.Width) + (column * s.KernelWidth) + kx) * s.Channels + c;
                    best = best < 0 || x[place] > x[best] ? place : best;
                }
            }

            (values[i], winners[i]) = (x[best], best);
        }

        return (values, winners);
    }

    public static T[] MaxPoolBackward<T>(T[] dy, int[] winners, int inputs)
        where T : INumber<T>
    {
        T[] dx = new T[inputs];
        for (int i = 0; i < dy.Length; i++)
        {
            dx[winners[i]] += dy[i];
        }

        return dx;
    }

    public static T[] Relu<T>(T[] x)
        where T : INumber<T> => [.. x.Select(value => value > T.Zero ? value : T.Zero)];

    /// <summary>A ReLU passes the gradient on where its output is not zero.</summary>
    public static void ReluBackward<T>(T[] y, T[] dy)
        where T : INumber<T>
    {
        for (int i = 0; i < y.Length; i++)
        {
            dy[i] = y[i] > T.Zero ? dy[i] : T.Zero;
        }
    }
}

/// <summary>The network of the README, without dropout: two convolutions, a pooling, two dense layers, which are convolutions of an image of one pixel.</summary>
internal sealed class PlainNetwork
{
    public static readonly Shape[] Shapes =
        [new(3, 3, 1, 32), new(32), new(3, 3, 32, 64), new(64), new(9216, 256), new(256), new(256, 10), new(10)];

    private static readonly Sizes First = new(28, 28, 1, 3, 3, 32), Second = new(26, 26, 32, 3, 3, 64), Pool = new(24, 24, 64, 2, 2, 64),
        Third = new(1, 1, 9216, 1, 1, 256), Fourth = new(1, 1, 256, 1, 1, 10);

    public PlainNetwork(Random random)
    {
        Parameters = [.. Shapes.Select(shape =>
        {
            float limit = shape.Rank == 1 ? 0.01f : MathF.Sqrt(6f / (shape.Count / shape[shape.Rank - 1]));
            return Enumerable.Range(0, shape.Count).Select(_ => limit * ((2 * random.NextSingle()) - 1)).ToArray();
        })];
        Gradients = [.. Parameters.Select(values => new float[values.Length])];
    }

    public float[][] Parameters { get; }

    public float[][] Gradients { get; }

    public void ClearGradients() => Array.ForEach(Gradients, Array.Clear);

    /// <summary>The loss of one image; with its gradients added to <see cref="Gradients"/> if it is to train.</summary>
    public double Step(float[] pixels, int label, bool train)
    {
        float[][] p = Parameters, d = Gradients;
        float[] a1 = Loops.Relu(Loops.Convolve(pixels, p[0], p[1], First));
        float[] a2 = Loops.Relu(Loops.Convolve(a1, p[2], p[3], Second));
        (float[] a3, int[] winners) = Loops.MaxPool(a2, Pool);
        float[] a4 = Loops.Relu(Loops.Convolve(a3, p[4], p[5], Third));
        float[] logits = Loops.Convolve(a4, p[6], p[7], Fourth);

        double[] exponentials = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
        double sum = exponentials.Sum(), loss = -Math.Log(exponentials[label] / sum);
        if (!train)
        {
            return loss;
        }

        float[] dLogits = [.. exponentials.Select((e, k) => (float)((e / sum) - (k == label ? 1 : 0)))];
        float[] d4 = new float[a4.Length], d3 = new float[a3.Length], d1 = new float[a1.Length];
        Loops.ConvolveBackward(a4, p[6], dLogits, d4, d[6], d[7], Fourth);
        Loops.ReluBackward(a4, d4);
        Loops.ConvolveBackward(a3, p[4], d4, d3, d[4], d[5], Third);
        float[] d2 = Loops.MaxPoolBackward(d3, winners, a2.Length);
        Loops.ReluBackward(a2, d2);
        Loops.ConvolveBackward(a1, p[2], d2, d1, d[2], d[3], Second);
        Loops.ReluBackward(a1, d1);
        Loops.ConvolveBackward(pixels, p[0], d1, [], d[0], d[1], First);
        return loss;
    }
}
