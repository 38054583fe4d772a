using System.Globalization;
using NeuralCore;
using NeuralCore.Benchmarks.Cases;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string usage = """
    dotnet run -c Release --project benchmarks/NeuralCore.Benchmarks -- COMMAND

      kernels       every op: ms, GFLOP/s and part of the FMA peak, in seconds   [--threads N] [--simd W] [--conv C] [--filter TEXT] [--rounds N] [--sample-ms N]
      choices       the form of each convolution's passes, beside all others     [--threads N] [--simd W] [--batch N] [--filter TEXT] [--rounds N] [--sample-ms N] [--allowed-percent N]
      peak          the machine's FMA peak at every vector width                 [--rounds N]
      train         images/s of the seed network, training and inference         [--threads N] [--simd W] [--steps N] [--fuse BOOL] [--test-images N] [--data DIR]
      gpu           every op and whole steps on every GPU, and on the CPU beside  [--device N|NAME] [--cpu BOOL] [--conv C] [--batches N,N] [--steps N] [--filter TEXT] [--rounds N] [--sample-ms N] [--data DIR]
      scaling       training with all threads against one, pair by pair          [--threads N] [--simd W] [--pairs N] [--steps N] [--warm-up N] [--data DIR]
      checkpoints   how long a save stops the training, and what it costs in all [--threads N] [--simd W] [--saves N] [--steps N] [--folder DIR] [--data DIR]
      loading       how long a model takes to load, from each kind of file       [--megabytes N] [--rounds N]
      engine-check  one epoch that is known to reach 99.04 % elsewhere           [--seeds N] [--threads N] [--images N] [--test-images N] [--data DIR]
      photos        how many photos of one digit each a model reads right        --model FILE --folder DIR [--where COLUMN=VALUE]
      robustness    saved models on images turned, moved, zoomed, soiled         --plain FILES --augmented FILES [--validation BOOL] [--images N] [--data DIR]
      plots         draws GFLOP/s of each op at each width, cost over size, and images/s beside the peers' [--folder DIR] [--peers FILE] [--rounds N] [--sample-ms N]
      transfer      what other images are worth to a network that learns from few [--data PATH[:FOLDER],...] [--network NAME] [--freeze LAYER] [--few N,N,all] [--augment BOOL]
                    [--symmetries BOOL] [--seen N] [--epochs N] [--seeds N] [--sources DIR] [--source-epochs N] [--images N] [--validation BOOL] [--plots DIR] [--threads N] [--digits DIR]
      --smoke       everything once, to see that it runs
      (none)        BenchmarkDotNet: all ops, 1 and all threads, all widths      [--filter GLOB] and its other options

    W is auto, 512, 256, 128 or portable; C is auto, direct or winograd. Every command takes --json FILE and --csv FILE for its results.
    """;

try
{
    return Run(args);
}
catch (UsageException error)
{
    Console.Error.WriteLine($"{error.Message} 'help' lists all commands and options.");
    return 2;
}
catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"Reading or writing failed: {failure.Message}");
    return 1;
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
    TextWriter output = Console.Out;
    string command = args.FirstOrDefault() ?? "";
    if (command is "help" or "--help" or "-h")
    {
        output.WriteLine(usage);
        return 0;
    }

    if (command.Length == 0 || (command.StartsWith('-') && command != "--smoke"))
    {
        return OpBenchmarks.RunAll(args) ? 0 : 1;
    }

    Func<Options, TextWriter, bool> run = command switch
    {
        "kernels" => Always(KernelTable.Run),
        "choices" => Choices.Run,
        "peak" => Always(PeakTable.Run),
        "train" => Always(Throughput.Train),
        "gpu" => Always(GpuTable.Run),
        "scaling" => Always(Throughput.Scaling),
        "checkpoints" => Always(CheckpointCost.Run),
        "loading" => Always(Loading.Run),
        "engine-check" => EngineCheck.Run,
        "photos" => Always(Photos.Run),
        "robustness" => Always(Robustness.Run),
        "plots" => Always(Plots.Run),
        "transfer" => Always(TransferTable.Run),
        "--smoke" => Smoke.Run,
        _ => throw new UsageException($"There is no command '{command}'."),
    };
    var options = new Options(args.AsSpan(1));
    bool isGood = run(options, output);
    options.Results.Save(command);
    return isGood ? 0 : 1;

    static Func<Options, TextWriter, bool> Always(Action<Options, TextWriter> run) => (options, output) =>
    {
        run(options, output);
        return true;
    };
}
