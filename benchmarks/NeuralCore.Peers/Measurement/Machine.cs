namespace NeuralCore.Peers.Measurement;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>The processor by name, family and model, and how many of its threads this process may use.</summary>
    public static string Describe()
    {
        var fields = new Dictionary<string, string>();
        foreach (string line in File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0))
        {
            string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            fields[parts[0]] = parts[^1];
        }

        return $"{fields.GetValueOrDefault("model name", "unknown processor")} (family {fields.GetValueOrDefault("cpu family", "?")}, "
            + $"model {fields.GetValueOrDefault("model", "?")}), {Environment.ProcessorCount} processors";
    }
}
