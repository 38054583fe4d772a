using System.Diagnostics;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;
using NeuralCore.Benchmarks.Cases;
using NeuralCore.Benchmarks.Measurement;
using NeuralCore.Data;
using NeuralCore.Gpu;
using NeuralCore.Gpu.Devices;
using NeuralCore.Gpu.Kernels;
using NeuralCore.Ops;

namespace NeuralCore.Benchmarks.Programs;

/// <summary>
/// <c>gpu</c>: the ops and whole training steps on every device that there is, and on the CPU backend beside them. A sample is many runs queued
/// one behind the other and one wait at the end, so that what a launch costs the host shows only where it is what limits.
/// </summary>
internal sealed class GpuTable
{
    private const int Square = 2048;
    private const int WarmUpSteps = 10;

    private readonly TextWriter _output;
    private readonly string _filter;
    private readonly int _rounds;
    private readonly double _sampleSeconds;
    private readonly int[] _batches;
    private readonly int _steps;
    private readonly LabelledImages _images;
    private readonly Results _results;

    private GpuTable(Options options, TextWriter output)
    {
        _output = output;
        _results = options.Results;
        _filter = options.Text("--filter", "");
        _rounds = options.Int("--rounds", 5, minimum: 1);
        _sampleSeconds = options.Int("--sample-ms", 50) / 1000.0;
        _steps = options.Int("--steps", 40, minimum: 1);
        _batches = [.. options.Text("--batches", "128,1024").Split(',').Select(text => int.TryParse(text, out int batch) && batch > 0
            ? batch
            : throw new UsageException($"--batches takes whole numbers with commas between them, not '{text}'."))];
        (_images, _) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
    }

    private static OpCase SquareProduct { get; } = new($"matrix product of {Square}", "forward", 2.0 * Square * Square * Square, 0, memory =>
    {
        var shape = new DenseShape(Square, Square);
        Slot x = memory.Values(Square * Square), w = memory.Values(Square * Square), bias = memory.Values(Square), y = memory.Room(Square * Square);
        Slot scratch = memory.Bytes(memory.Backend.ScratchBytes(shape, Square));
        return () => memory.Backend.DenseForward(shape, Square, x, w, bias, Activation.Linear, y, scratch);
    });

    /// <summary>Measures and prints.</summary>
    public static void Run(Options options, TextWriter output)
    {
        var table = new GpuTable(options, output);
        string only = options.Text("--device", "");
        bool withCpu = options.Flag("--cpu", true);
        ConvAlgorithm conv = options.Conv();
        options.Done();
        IReadOnlyList<GpuDevice> devices = GpuDevices.List();
        foreach (GpuDevice device in only == "" ? devices : [Choose(devices, only)])
        {
            using var context = DeviceContext.Open($"{device.Index}");
            using var backend = new GpuBackend(context, ownsDevice: false, conv: conv);
            table.Ops(backend, $"{device}", PeakGflops(context));
            table.Steps($"{device}", () => new GpuBackend(context, ownsDevice: false, conv: conv));
        }

        if (withCpu)
        {
            using (IBackend<float> backend = CpuBackend.Create(conv: conv))
            {
                table.Ops(backend, $"{backend.Name}, simd {backend.Simd}, {backend.Threads} threads", Simd.FmaPeak.Measure(backend.Threads, SimdWidth.Auto));
            }

            table.Steps("cpu", () => CpuBackend.Create(conv: conv));
        }

        if (devices.Count == 0)
        {
            output.WriteLine(GpuDevices.NoneFound);
        }
    }

    private static GpuDevice Choose(IReadOnlyList<GpuDevice> devices, string choice)
    {
        try
        {
            return GpuDevices.Choose(devices, choice);
        }
        catch (ArgumentException unknown)
        {
            throw new UsageException(unknown.Message);
        }
    }

    /// <summary>Multiprocessors x multiply-adds a clock x clock (which ILGPU gives in MHz), as NVIDIA's data sheets count; 0 where that is not known.</summary>
    private static double PeakGflops(DeviceContext context)
    {
        if (context.Accelerator is not CudaAccelerator { Device: CudaDevice device } cuda)
        {
            return 0;
        }

        // 64 lanes a multiprocessor in Volta, Turing and A100, 128 in all others since.
        bool narrow = cuda.Architecture == CudaArchitecture.SM_80 || cuda.Architecture.Major == 7;
        return 2.0 * device.NumMultiprocessors * (narrow ? 64 : 128) * device.ClockRate / 1e3;
    }

    /// <summary><c>tiles</c>: the ops that are products, in every tile and in the one that is chosen.</summary>
    public static void Tiles(Options options, TextWriter output)
    {
        var table = new GpuTable(options, output);
        using var context = DeviceContext.Open(options.Text("--device", "0"));
        ConvAlgorithm conv = options.Conv();
        options.Done();
        Tile?[] tiles = [null, .. Enum.GetValues<Tile>()];
        output.WriteLine($"{context.Device}, batch 128, us{Environment.NewLine}{"op",-32}{"direction",-18}{string.Concat(tiles.Select(tile => $"{(tile is { } named ? $"{named}" : "chosen"),11}"))}");
        foreach (OpCase op in (OpCase[])[SquareProduct, .. OpCatalogue.All])
        {
            if (op.Flop > 0 && op.Name.Contains(table._filter, StringComparison.OrdinalIgnoreCase))
            {
                double[] seconds = [.. tiles.Select(tile =>
                {
                    using IBackend<float> backend = new GpuBackend(context, ownsDevice: false, tile is null ? null : new TileChoice(context.Accelerator.NumMultiprocessors, tile), conv);
                    using MemoryBlock probe = backend.Allocate(Slot.Alignment);
                    using PreparedOp prepared = op.On(backend);
                    return Enumerable.Range(0, table._rounds).Min(_ => table.Sample(prepared.Run, backend, probe));
                })];
                output.WriteLine($"{op.Op,-32}{op.Direction,-18}{string.Concat(seconds.Select(time => $"{1e6 * time,11:F1}"))}");
            }
        }
    }

    private void Ops(IBackend<float> backend, string name, double peak)
    {
        _output.WriteLine($"{name}, batch 128" + (peak > 0 ? $"; peak {peak:F0} GFLOP/s" : ""));
        _output.WriteLine($"{"op",-32}{"direction",-18}{"ms",9}{"best",9}{"GFLOP/s",10}{"% of peak",11}{"GB/s",8}");
        using MemoryBlock probe = backend.Allocate(Slot.Alignment);
        foreach (OpCase op in (OpCase[])[SquareProduct, .. OpCatalogue.All])
        {
            if (op.Name.Contains(_filter, StringComparison.OrdinalIgnoreCase))
            {
                using PreparedOp prepared = op.On(backend);
                double[] samples = [.. Enumerable.Range(0, _rounds).Select(_ => Sample(prepared.Run, backend, probe))];
                double seconds = Median.Of(samples);
                double? gflops = op.Gflops(seconds), percent = peak > 0 ? 100 * gflops / peak : null;
                _results.Add(
                    ("device", name), ("op", op.Op), ("direction", op.Direction), ("batch", OpCatalogue.Batch), ("ms", seconds * 1e3), ("best_ms", samples.Min() * 1e3),
                    ("gflops", gflops), ("percent_of_peak", percent), ("gb_per_s", op.GigabytesPerSecond(seconds)));
                _output.WriteLine($"{op.Op,-32}{op.Direction,-18}{seconds * 1e3,9:F3}{samples.Min() * 1e3,9:F3}{gflops,10:F1}{percent,11:F1}{op.GigabytesPerSecond(seconds),8:F1}".TrimEnd());
            }
        }
    }

    /// <summary>The seconds of one run, of as many as fill the sample's time.</summary>
    private double Sample(Action run, IBackend<float> backend, MemoryBlock probe)
    {
        Time(1);
        int runs = Math.Clamp((int)(_sampleSeconds / Time(1)), 1, 10_000);
        return Time(runs) / runs;

        double Time(int count)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                run();
            }

            // Only a download waits for what was queued.
            Span<float> value = [0];
            backend.Download<float>(probe.Slot(0, Marshal.SizeOf<float>()), value);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>Training, reading and preprocessing included.</summary>
    private void Steps(string device, Func<IBackend<float>> create)
    {
        foreach (int batch in _batches)
        {
            int steps = Math.Min(_steps, _images.Count / batch);
            using Model model = SeedNetwork.Create();
            model.Compile(new Adam(), backend: create(), seed: 1);
            Fit(Math.Min(WarmUpSteps, steps));
            var backend = model.Backend as GpuBackend;
            long launches = backend?.Launches ?? 0;
            double[] rates = [.. Enumerable.Range(0, _rounds).Select(_ => Fit(steps))];
            string told = backend is null ? "" : $", {(backend.Launches - launches) / (double)(_rounds * steps):0.#} launches a step";
            _results.Add(("device", device), ("op", "training step"), ("batch", batch), ("images_per_s", Median.Of(rates)), ("ms", 1e3 * batch / Median.Of(rates)));
            _output.WriteLine(
                $"training, batch {batch,-6}{Median.Of(rates),12:F0} images/s ({rates.Min():F0} to {rates.Max():F0}), {1e6 * batch / Median.Of(rates):F0} us a step{told}");

            double Fit(int count) => model.Fit(new DatasetSlice(_images, 0, count * batch), epochs: 1, batch).Epochs[0].TrainImagesPerSecond;
        }

        _output.WriteLine();
    }
}
