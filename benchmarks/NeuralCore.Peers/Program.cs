using System.Globalization;
using NeuralCore.Benchmarks.Programs;
using NeuralCore.Data;
using NeuralCore.Peers;
using NeuralCore.Peers.Contestants;
using NeuralCore.Peers.Measurement;
using NeuralCore.Peers.Networks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string usage = $"""
    benchmarks/NeuralCore.Peers/run.sh JOB

      training      the seed network's training steps in NeuralCore and libtorch
      inference     all test images in batches, in both and ONNX Runtime
      latency       test images one at a time, in all three
      check         only that all three compute the same; every job checks it first
      all           the three jobs one after the other
      networks      the three jobs and the peak memory for each of these networks:
                    {string.Join(", ", NetworkCatalogue.All.Select(network => network.Name))}

    Options: [--network NAME[,NAME...]] [--jobs JOB[,JOB...]] [--threads 1|N] [--rounds N] [--steps N] [--data DIR] [--json FILE] [--csv FILE].
    Without --threads a job runs on all processors and then on one.
    """;

try
{
    return Run(args);
}
catch (UsageException error)
{
    Console.Error.WriteLine($"{error.Message} 'benchmarks/NeuralCore.Peers/run.sh help' lists all commands and options.");
    return 2;
}
catch (DataFileException error)
{
    Console.Error.WriteLine(error.Message);
    return 3;
}

int Run(string[] args)
{
    string job = args.FirstOrDefault() ?? "help";
    if (job is "help" or "--help" or "-h")
    {
        Console.Out.WriteLine(usage);
        return 0;
    }

    if (job is not ("training" or "inference" or "latency" or "check" or "all" or "networks" or PeakMemory.Job))
    {
        throw new UsageException($"There is no job '{job}'.");
    }

    var options = new Options(args.AsSpan(1));
    PeerNetwork[] networks = Networks(options.Text("--network", job == "networks" ? "all" : "seed"));
    string[] jobs = options.Text("--jobs", job is "networks" or "all" ? "training,inference,latency" : job).Split(',');
    int threads = options.Int("--threads", 0, minimum: 1, maximum: 1024);
    int count = options.Int("--rounds", job == "networks" ? 5 : 7, minimum: 1);
    int steps = options.Int("--steps", 30, minimum: 10, maximum: 400);
    string contestant = options.Text("--contestant", PeakMemory.Ours);
    (LabelledImages train, LabelledImages test) = Mnist.Load(options.Text("--data", Mnist.FindDirectory()));
    options.Done();
    int[] threadCounts = threads > 0 ? [threads] : [.. new[] { Environment.ProcessorCount, 1 }.Distinct()];
    if (job == PeakMemory.Job)
    {
        PeakMemory.Run(networks[0], Pictures.For(networks[0], train, test), contestant, threadCounts[0], steps, Console.Out);
        return 0;
    }

    var rounds = new Rounds(count, Console.Out);
    var rows = new List<Row>();
    foreach (PeerNetwork network in networks)
    {
        var pictures = Pictures.For(network, train, test);
        if (!SameNetwork.Check(network, pictures, threadCounts[0], Console.Out))
        {
            Console.Error.WriteLine($"The contestants do not compute the same network '{network.Name}', so their speeds say nothing.");
            return 1;
        }

        if (job != "check")
        {
            var measured = new Jobs(network, pictures, rounds, steps, Console.Out);
            (string Name, Func<int, Row> Run)[] known = [("training", measured.Training), ("inference", measured.Inference), ("latency", measured.Latency)];
            rows.AddRange(from entry in known where jobs.Contains(entry.Name) from n in threadCounts select entry.Run(n));
            if (job == "networks")
            {
                rows.Add(PeakMemory.Compare(network, threadCounts[0], steps, Console.Out));
            }
        }
    }

    if (rows.Count > 0)
    {
        ResultTable.Write(rows, rounds, count, Console.Out);
        ResultTable.Note(rows, options.Results);
        options.Results.Save($"peers {job}");
    }

    return 0;
}

static PeerNetwork[] Networks(string names) => names == "all"
    ? [.. NetworkCatalogue.All]
    :
    [
        .. names.Split(',').Select(name => NetworkCatalogue.All.FirstOrDefault(network => network.Name == name)
            ?? throw new UsageException($"There is no network '{name}'.")),
    ];
