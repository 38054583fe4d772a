using System.Globalization;
using BenchmarkDotNet.Running;
using NeuralCore;
using NeuralCore.Benchmarks.Cases;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Ops;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string usage = """
    dotnet run -c Release --project benchmarks/NeuralCore.Benchmarks -- COMMAND

      kernels       every op: ms, GFLOP/s and part of the FMA peak, in seconds   [--threads N] [--simd W] [--conv C] [--filter TEXT] [--rounds N] [--sample-ms N]
      peak          the machine's FMA peak at every vector width                 [--rounds N]
      train         images/s of the seed network, training and inference         [--threads N] [--simd W] [--steps N] [--fuse BOOL] [--test-images N] [--data DIR]
      gpu           every op and whole steps on every GPU, and on the CPU beside  [--device N|NAME] [--cpu BOOL] [--conv C] [--batches N,N] [--steps N] [--filter TEXT] [--rounds N] [--sample-ms N] [--data DIR]
      scaling       training with all threads against one, pair by pair          [--threads N] [--simd W] [--pairs N] [--steps N] [--warm-up N] [--data DIR]
      checkpoints   how long a save stops the training, and what it costs in all [--threads N] [--simd W] [--saves N] [--steps N] [--folder DIR] [--data DIR]
      loading       how long a model takes to load, from each kind of file       [--megabytes N] [--rounds N]
      engine-check  one epoch that is known to reach 99.04 % elsewhere           [--seeds N] [--threads N] [--images N] [--test-images N] [--data DIR]
      photos        how many photos of one digit each a model reads right        --model FILE --folder DIR [--where COLUMN=VALUE]
      robustness    saved models on images turned, moved, zoomed, soiled         --plain FILES --augmented FILES [--validation BOOL] [--images N] [--data DIR]
      transfer      digits 5 to 9 from few images, by a network that knows 0 to 4 [--network NAME] [--freeze LAYER] [--few N,N] [--seeds N] [--epochs N] [--images N] [--threads N] [--data DIR]
      --smoke       everything once, to see that it runs
      (none)        BenchmarkDotNet: all ops, 1 and all threads, all widths      [--filter GLOB] and its other options

    W is auto, 512, 256, 128 or portable; C is auto, direct or winograd.
    """;

try
{
    return Run(args);
}
catch (UsageException error)
{
    Console.Error.WriteLine($"{error.Message}{Environment.NewLine}{usage}");
    return 2;
}
catch (DeviceException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
catch (DataFileException error)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

static int Run(string[] args)
{
    Options Rest() => new(args.AsSpan(1));
    TextWriter output = Console.Out;
    switch (args.FirstOrDefault())
    {
        case "kernels":
            KernelTable.Run(Rest(), output);
            return 0;
        case "peak":
            PeakTable.Run(Rest(), output);
            return 0;
        case "train":
            Throughput.Train(Rest(), output);
            return 0;
        case "gpu":
            GpuTable.Run(Rest(), output);
            return 0;
        case "scaling":
            Throughput.Scaling(Rest(), output);
            return 0;
        case "checkpoints":
            CheckpointCost.Run(Rest(), output);
            return 0;
        case "loading":
            Loading.Run(Rest(), output);
            return 0;
        case "engine-check":
            return EngineCheck.Run(Rest(), output) ? 0 : 1;
        case "photos":
            Photos.Run(Rest(), output);
            return 0;
        case "robustness":
            Robustness.Run(Rest(), output);
            return 0;
        case "transfer":
            TransferTable.Run(Rest(), output);
            return 0;
        case "--smoke":
            return Smoke.Run(Rest(), output) ? 0 : 1;
        case "help" or "--help" or "-h":
            output.WriteLine(usage);
            return 0;
        case string command when !command.StartsWith('-'):
            throw new UsageException($"There is no command '{command}'.");
        default:
            string[] all = args.Contains("--filter") ? args : ["--filter", "*", .. args];
            return BenchmarkSwitcher.FromTypes([typeof(OpBenchmarks)]).Run(all, OpConfig.Measured()).All(OpConfig.AllRan) ? 0 : 1;
    }
}
