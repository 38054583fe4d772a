using System.Globalization;
using NeuralCore.Fuzz;

// Opens damaged files, for a number of seconds or up to a number of files:
//   dotnet run -c Release --project tests/NeuralCore.Fuzz -- --formats h5,onnx --seconds 60 --seed 7
//   dotnet run -c Release --project tests/NeuralCore.Fuzz -- --count 1000000
// Every kind of file gets its share of the seconds or of the files. A file is kept, and the exit code is 1, if opening it throws an exception that is not
// documented, allocates more than the format may, or takes longer than a second.
const double MostSeconds = 1;
const int HangSeconds = 30;

string formats = Argument("--formats", string.Join(',', FuzzFormats.All.Select(format => format.Name)));
long count = long.Parse(Argument("--count", "0"), CultureInfo.InvariantCulture);
double seconds = double.Parse(Argument("--seconds", count > 0 ? "Infinity" : "60"), CultureInfo.InvariantCulture);
int seed = int.Parse(Argument("--seed", "1"), CultureInfo.InvariantCulture);
string kept = Argument("--keep", "fuzz-failures");
FuzzFormat[] chosen = [.. FuzzFormats.All.Where(format => formats.Split(',').Contains(format.Name))];
if (chosen.Length == 0 || args.Length % 2 != 0)
{
    Console.Error.WriteLine($"Usage: [--formats {formats}] [--seconds 60] [--count FILES] [--seed 1] [--keep FOLDER]");
    return 2;
}

int failures = 0;
long files = 0;
foreach (FuzzFormat format in chosen)
{
    using var run = new FuzzRun(format, seed);
    using var watchdog = new Timer(_ => StopIfHanging(run), null, 1_000, 1_000);
    run.OpenSeeds();
    double end = Environment.TickCount64 + (1000 * seconds / chosen.Length);
    long share = count > 0 ? (count + chosen.Length - 1) / chosen.Length : long.MaxValue;
    while (Environment.TickCount64 < end && run.Executions < share)
    {
        TimeSpan slowest = run.Slowest;
        string? fault = run.Execute();
        if (fault is null && run.Slowest > slowest && run.Slowest.TotalSeconds > MostSeconds)
        {
            fault = $"{format.Name}: took {run.Slowest.TotalSeconds:0.0} seconds";
        }

        if (fault is not null)
        {
            failures++;
            Console.WriteLine($"{fault}; kept as '{Keep(run)}'");
        }
    }

    files += run.Executions;
    Console.WriteLine(
        $"{format.Name,-13} {run.Executions,9:N0} files, {run.Refused,9:N0} refused, {run.Executions - run.Refused,8:N0} taken, "
        + $"slowest {run.Slowest.TotalMilliseconds,5:0} ms, largest {run.MostAllocated / 1e6,5:0.0} MB");
}

Console.WriteLine($"{files:N0} files, {failures:N0} of them not opened or refused as documented");
return failures == 0 ? 0 : 1;

string Argument(string name, string fallback) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : fallback;

string Keep(FuzzRun run)
{
    Directory.CreateDirectory(kept);
    string path = Path.Combine(kept, $"{run.Format.Name}-{seed}-{run.Executions}{run.Format.Extension}");
    File.Copy(run.CurrentFile, path, overwrite: true);
    return path;
}

void StopIfHanging(FuzzRun run)
{
    if (run.Waiting.TotalSeconds > HangSeconds)
    {
        Console.WriteLine($"{run.Format.Name}: hangs; kept as '{Keep(run)}'");
        Environment.Exit(1);
    }
}
