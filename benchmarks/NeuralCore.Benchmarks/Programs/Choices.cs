using NeuralCore.Benchmarks.Cases;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Kernels;
using NeuralCore.Ops;
using NeuralCore.Simd;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>choices</c>: every form in which each pass of a convolution can be computed, timed in turns, and beside the fastest the one that the engine's rules take by the
/// sizes. The shapes are those of the networks that have names, and a row of channels. A rule that costs more than it may makes the exit code 1.
/// </summary>
internal static class Choices
{
    private static readonly int[] Channels = [1, 3, 6, 8, 16, 20, 32, 50, 64, 128], Sides = [28, 14, 7, 4];

    /// <summary>Measures and prints.</summary>
    /// <returns>Whether every choice is nearly as fast as the fastest form.</returns>
    public static bool Run(Options options, TextWriter output)
    {
        (int threads, SimdWidth simd) = (options.Threads(), options.Simd());
        int rounds = options.Int("--rounds", 5, minimum: 1), batch = options.Int("--batch", OpCatalogue.Batch, minimum: 8);
        double seconds = options.Int("--sample-ms", 8) / 1000.0, allowed = options.Int("--allowed-percent", 20) / 100.0;
        string filter = options.Text("--filter", "");
        options.Done();
        output.WriteLine($"{"convolution",-34}{"pass",-6}{"taken",-12}{"ms",9}   all forms, ms");
        (int count, int slower) = (0, 0);
        foreach ((string name, Conv2DShape shape) in Shapes().Where(one => one.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            foreach ((string pass, ConvWay taken, (ConvWay Way, double Seconds)[] times) in Measured(shape, batch, (threads, simd), rounds, seconds))
            {
                double own = times.Single(time => time.Way == taken).Seconds, best = times.Min(time => time.Seconds);
                bool isSlower = own > (1 + allowed) * best, skipsBlanks = pass == "dw" && taken == ConvWay.Product && shape.TermCount == NineTaps.Taps;
                string all = string.Join("  ", times.OrderBy(time => time.Seconds).Select(time => $"{ConvWays.Name(time.Way)} {time.Seconds * 1e3:F3}"));
                output.WriteLine($"{name,-34}{pass,-6}{ConvWays.Name(taken),-12}{own * 1e3,9:F3}   {all}{(isSlower ? $"   {own / best:F2} times the fastest" : "")}{(skipsBlanks ? "   (skips blank pixels; these images have none)" : "")}");
                options.Results.Add([
                    ("convolution", name), ("pass", pass), ("taken", ConvWays.Name(taken)), ("ms", own * 1e3), ("best_ms", best * 1e3),
                    .. times.Select(time => ($"{ConvWays.Name(time.Way)} ms", (object?)(time.Seconds * 1e3)))]);
                count++;
                slower += isSlower && !skipsBlanks ? 1 : 0;
            }
        }

        output.WriteLine(slower == 0
            ? $"All {count} choices take at most {1 + allowed:0.##} times as long as the fastest form."
            : $"{slower} of {count} choices take more than {1 + allowed:0.##} times as long as the fastest form.");
        return slower == 0;
    }

    /// <summary>The convolutions of all networks that have names, each once, and of a row of channels.</summary>
    private static IEnumerable<(string Name, Conv2DShape Shape)> Shapes()
    {
        var seen = new HashSet<Conv2DShape>();
        foreach (ZooNetwork network in Zoo.Networks)
        {
            using Model model = network.Create(network.Name.StartsWith("colour", StringComparison.Ordinal) ? Zoo.ColourImage : Zoo.MnistImage, 10, null);
            foreach (LayerCall call in model.Calls)
            {
                if (call.Layer is Conv2D layer && layer.OpShape(call.Inputs[0].Shape) is var shape && seen.Add(shape))
                {
                    yield return (NameOf(shape), shape);
                }
            }
        }

        foreach (Conv2DShape shape in Sides.SelectMany(side => Channels.Select(channels => new Conv2DShape(new Window2D((side, side), 3, border: new Border(1, 1, 1, 1)), channels, channels))))
        {
            if (seen.Add(shape))
            {
                yield return (NameOf(shape), shape);
            }
        }
    }

    private static string NameOf(in Conv2DShape shape) =>
        $"{shape.Height}x{shape.Width}x{shape.Channels} -> {shape.OutHeight}x{shape.OutWidth}x{shape.Filters}, {shape.KernelHeight}x{shape.KernelWidth}{(shape.StrideX > 1 ? $" / {shape.StrideX}" : "")}";

    /// <summary>The median time of each form of each pass; forms take turns, so that a disturbance falls on all.</summary>
    private static IEnumerable<(string Pass, ConvWay Taken, (ConvWay Way, double Seconds)[] Times)> Measured(
        Conv2DShape shape, int batch, (int Threads, SimdWidth Simd) machine, int rounds, double seconds)
    {
        (ConvWay[] Forward, ConvWay[] Input, ConvWay[] Weights) possible = ConvWays.Possible(shape);
        ConvWays taken;
        using (IBackend<float> backend = CpuBackend.Create(machine.Threads, machine.Simd))
        {
            taken = backend.WaysOf(shape, batch)!.Value;
        }

        OpCase[] passes = [.. OpCatalogue.Conv2D("", shape, batch)];
        yield return ("y", taken.Forward, Times(passes[0], possible.Forward, way => taken with { Forward = way }));

        // No gradient of the pixels is ever asked for.
        if (shape.Channels is not (1 or 3))
        {
            yield return ("dx", taken.Input, Times(passes[1], possible.Input, way => taken with { Input = way }));
        }

        yield return ("dw", taken.Weights, Times(passes[2], possible.Weights, way => taken with { Weights = way }));

        (ConvWay, double)[] Times(OpCase pass, ConvWay[] ways, Func<ConvWay, ConvWays> with)
        {
            IBackend<float>[] backends = [.. ways.Select(way => CpuBackend.WithWays(machine.Threads, machine.Simd, ConvAlgorithm.Auto, with(way)))];
            PreparedOp[] ops = [.. backends.Select(pass.On)];
            double[][] samples = [.. Enumerable.Range(0, rounds).Select(_ => ops.Select(op => Sample.Of(op.Run, seconds)).ToArray())];
            Array.ForEach(ops, op => op.Dispose());
            Array.ForEach(backends, backend => backend.Dispose());
            return [.. ways.Select((way, i) => (way, Median.Of([.. samples.Select(round => round[i])])))];
        }
    }
}
