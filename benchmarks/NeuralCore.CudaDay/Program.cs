using System.Globalization;
using NeuralCore;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.CudaDay;
using NeuralCore.Data;
using NeuralCore.Gpu;
using NeuralCore.Ops;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string usage = """
    What cuda-day.sh asks a machine with a GPU. Each command takes --device N|NAME, the first device without it.

      devices     every device, and what a driver that offers none says
      tests       the backend contract, PyTorch's golden values, trainings and tiles on the device's platform   [--name TEXT]
      registers   registers and local memory of every kernel, by NVIDIA's assembler on the PATH                  [--arch sm_90] [--ptx FOLDER]
      epoch       one epoch on the device and on the processor: accuracy and the first losses                    [--conv C]
      bits        some trainings of twenty steps, whose weights have to be the same                              [--trainings N]
      gpu         every op and whole steps                                       [--cpu BOOL] [--conv C] [--batches N,N] [--steps N] [--filter TEXT] [--rounds N] [--sample-ms N]
      tiles       every product in every tile                                                                    [--conv C] [--filter TEXT] [--rounds N] [--sample-ms N]
      steps       training steps and nothing else, for a profiler                                                [--conv C] [--batch N] [--steps N]
      torch       training steps in turns with PyTorch's                         [--modes eager,compiled,graphs] [--batches N,N] [--steps N] [--rounds N]
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
    var options = new Options(args.AsSpan(Math.Min(1, args.Length)));
    switch (args.FirstOrDefault())
    {
        case "devices":
            options.Done();
            IReadOnlyList<GpuDevice> devices = GpuDevices.List();
            foreach (GpuDevice device in devices)
            {
                Console.WriteLine($"{device.Index}  {device}, {device.MemoryBytes / (double)(1 << 30):F1} GiB");
            }

            if (GpuDevices.Complaint(devices) is { } complaint)
            {
                Console.WriteLine(complaint);
            }

            return 0;
        case "tests":
            return TestRun.Run(options, Console.Out) ? 0 : 1;
        case "registers":
            return RegisterTable.Run(options, Console.Out) ? 0 : 1;
        case "epoch":
            FirstEpoch.Run(options, Console.Out);
            return 0;
        case "bits":
            return SameBits.Run(options, Console.Out) ? 0 : 1;
        case "gpu":
            GpuTable.Run(options, Console.Out);
            options.Results.Save("gpu");
            return 0;
        case "tiles":
            GpuTable.Tiles(options, Console.Out);
            return 0;
        case "steps":
            StepLoop.Run(options, Console.Out);
            return 0;
        case "torch":
            TorchTurns.Run(options, Console.Out);
            return 0;
        default:
            throw new UsageException(args.Length == 0 ? "A command is missing." : $"There is no command '{args[0]}'.");
    }
}
