using System.Globalization;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Peers;
using NeuralCore.Peers.Contestants;
using NeuralCore.Peers.Measurement;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string usage = """
    benchmarks/NeuralCore.Peers/run.sh JOB

      training      the seed network's training steps in NeuralCore and libtorch
      inference     all test images in batches, in both and ONNX Runtime
      latency       test images one at a time, in all three
      check         only that all three compute the same; every job checks it first
      all           the three jobs one after the other

    Options: [--threads 1|N] [--rounds N] [--steps N] [--data DIR]. Without --threads a job runs on all processors and then on one.
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
catch (DataFileException error)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

static int Run(string[] args)
{
    string job = args.FirstOrDefault() ?? "help";
    if (job is "help" or "--help" or "-h")
    {
        Console.Out.WriteLine(usage);
        return 0;
    }

    if (job is not ("training" or "inference" or "latency" or "check" or "all"))
    {
        throw new UsageException($"There is no job '{job}'.");
    }

    var options = new Options(args.AsSpan(1));
    int threads = options.Int("--threads", 0, minimum: 1, maximum: 1024);
    int count = options.Int("--rounds", 7, minimum: 1);
    int steps = options.Int("--steps", 30, minimum: 10, maximum: 400);
    (LabelledImages train, LabelledImages test) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
    options.Done();

    var digits = new Digits(train, test);
    int[] threadCounts = threads > 0 ? [threads] : [.. new[] { Environment.ProcessorCount, 1 }.Distinct()];
    if (!SameNetwork.Check(digits, threadCounts[0], Console.Out))
    {
        Console.Error.WriteLine("The networks do not compute the same, so their speeds say nothing.");
        return 1;
    }

    if (job == "check")
    {
        return 0;
    }

    var rounds = new Rounds(count, Console.Out);
    var jobs = new Jobs(digits, rounds, steps, Console.Out);
    (string Name, Func<int, Row> Run)[] known = [("training", jobs.Training), ("inference", jobs.Inference), ("latency", jobs.Latency)];
    List<Row> rows = [.. from entry in known where job == "all" || job == entry.Name from n in threadCounts select entry.Run(n)];
    ResultTable.Write(rows, rounds, count, Console.Out);
    return 0;
}
