namespace NeuralCore.Imaging.Report;

/// <summary>One file of a report, made in memory: whoever asked for the report decides how it gets to the disk.</summary>
/// <param name="Name">The file's name, without a folder.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ReportFile(string Name, byte[] Content);
