using System.Diagnostics;
using System.Globalization;
using NeuralCore.Peers.Contestants;
using NeuralCore.Peers.Networks;

namespace NeuralCore.Peers.Measurement;

/// <summary>The most memory that a process has resident which trains a network: each contestant in a process of its own, the runtime included.</summary>
internal static class PeakMemory
{
    /// <summary>The job's name on the command line of such a process.</summary>
    public const string Job = "memory";

    /// <summary>NeuralCore's name there.</summary>
    public const string Ours = "neuralcore";

    private const string Torch = "libtorch", Nothing = "none";

    /// <summary>Trains in this process and prints its peak in bytes.</summary>
    public static void Run(PeerNetwork network, Pictures pictures, string contestant, int threads, int steps, TextWriter output)
    {
        using var ours = contestant == Nothing ? null : new OurNetwork(network, pictures, threads);
        if (contestant == Torch)
        {
            using var torch = new TorchNetwork(pictures, ours!.Model, threads, channelsLast: false, steps * PeerNetwork.Batch);
            torch.Train(steps);
        }
        else
        {
            ours?.Train(steps);
        }

        using var self = Process.GetCurrentProcess();
        output.WriteLine(self.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Runs both, and a process that only has the data. What is compared is what each takes beyond that; libtorch's includes the few MB of
    /// NeuralCore's weights, from which it begins.
    /// </summary>
    public static Row Compare(PeerNetwork network, int threads, int steps, TextWriter output)
    {
        double nothing = Megabytes(Nothing), ours = Megabytes(Ours), torch = Megabytes(Torch);
        output.WriteLine($"{network.Name}: peak memory {ours:F0} MB, libtorch {torch:F0} MB, the process and the data alone {nothing:F0} MB");
        return new Row($"{network.Name}: peak memory of the process, MB", threads, MoreIsBetter: false, ["NeuralCore", "libtorch"], [[ours], [torch]]);

        double Megabytes(string contestant)
        {
            string[] arguments =
            [
                typeof(PeakMemory).Assembly.Location, Job, "--network", network.Name, "--contestant", contestant, "--threads", $"{threads}", "--steps", $"{steps}",
            ];
            using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
            string last = process.StandardOutput.ReadToEnd().Trim().Split('\n')[^1];
            process.WaitForExit();
            return process.ExitCode == 0
                ? long.Parse(last, CultureInfo.InvariantCulture) / 1e6
                : throw new InvalidOperationException($"The process that measures the memory of {contestant} ended with {process.ExitCode}.");
        }
    }
}
