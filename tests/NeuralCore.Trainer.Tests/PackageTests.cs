using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>
/// The packages as a user gets them: packed, installed into an empty project and as a tool, and used. It builds everything anew and takes
/// minutes, so it runs where NEURALCORE_TEST_PACKAGES is set.
/// </summary>
public sealed class PackageTests
{
    private const long MostBytesOfTheEngine = 1_000_000;
    private const long MostBytesOfTheTool = 25_000_000;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="NeuralCore.Files" Version="*" />
            <PackageReference Include="NeuralCore.Gpu" Version="*" />
            <PackageReference Include="NeuralCore.Imaging" Version="*" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using NeuralCore;
        using NeuralCore.Data;
        using NeuralCore.Gpu;
        using NeuralCore.Vision.Stages;

        // The class is the place of a bar of ink.
        byte[] labels = [.. Enumerable.Range(0, 320).Select(i => (byte)(i % 4))];
        var pixels = new byte[320 * 64];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = i % 8 / 2 == labels[i / 64] ? (byte)200 : (byte)(i % 50);
        }

        var images = new LabelledImages(pixels, labels, 8, 8, classes: 4);
        using var model = new Sequential(new Input(new Shape(8, 8, 1), Preprocessing.Scale), new Conv2D(8, 3, activation: Activation.Relu), new Flatten(), new Dense(4, Activation.Softmax));
        model.Compile(new Adam(0.01), seed: 1);
        model.Fit(images, epochs: 5, batchSize: 32);
        model.Save("bars.onnx");
        Console.WriteLine($"{model.Evaluate(images).Accuracy:0.00} {new FileInfo("bars.onnx").Length > 0} {typeof(GpuBackend).Name} {typeof(MnistFrame).Name}");
        """;

    [SkippableFact]
    public void Packages_install_and_train()
    {
        Skip.If(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NEURALCORE_TEST_PACKAGES")), "NEURALCORE_TEST_PACKAGES is not set.");
        string? root = Repository();
        Skip.If(root is null, "The sources are not here.");
        using var folder = new TemporaryFolder();
        string feed = Path.Combine(folder.Path, "feed"), artifacts = Path.Combine(folder.Path, "artifacts");
        foreach (string project in (string[])["NeuralCore.Trainer", "NeuralCore", "NeuralCore.Files", "NeuralCore.Vision", "NeuralCore.Imaging", "NeuralCore.Gpu", "NeuralCore.Mpi"])
        {
            string path = Path.Combine(root!, "src", project, project + ".csproj");
            string[] platform = project == "NeuralCore.Trainer" ? [$"-p:RuntimeIdentifiers={RuntimeInformation.RuntimeIdentifier}"] : [];
            Dotnet(folder, ["pack", path, "-c", "Release", "-o", feed, "--artifacts-path", artifacts, "-p:RunAnalyzers=false", .. platform]);
        }

        foreach (string package in Directory.GetFiles(feed, "*.nupkg"))
        {
            using ZipArchive archive = ZipFile.OpenRead(package);
            bool isTool = Path.GetFileName(package).StartsWith("NeuralCore.Trainer", StringComparison.Ordinal);
            Assert.InRange(new FileInfo(package).Length, 1, isTool ? MostBytesOfTheTool : MostBytesOfTheEngine);
            string[] names = [.. archive.Entries.Select(entry => entry.FullName)];
            Assert.Contains("README.md", names);
            Assert.Contains("icon.png", names);
            Assert.True(isTool || names.Any(name => name.StartsWith("lib/", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.Ordinal)));
            Assert.True(isTool || File.Exists(Path.ChangeExtension(package, ".snupkg")));
        }

        // Nothing but these packages, and what restoring this repository has brought: a machine without a network is enough.
        File.WriteAllText(folder.File("nuget.config"), $"""
            <configuration><packageSources><clear /><add key="feed" value="{feed}" /><add key="cache" value="{Cache()}" /></packageSources></configuration>
            """);
        string app = Directory.CreateDirectory(Path.Combine(folder.Path, "app")).FullName;
        File.WriteAllText(Path.Combine(app, "app.csproj"), Project);
        File.WriteAllText(Path.Combine(app, "Program.cs"), Program);
        Assert.Equal("1.00 True GpuBackend MnistFrame", Dotnet(folder, ["run", "-c", "Release", "--project", app]).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1]);

        string tools = Path.Combine(folder.Path, "tools");
        Dotnet(folder, ["tool", "install", "NeuralCore.Trainer", "--tool-path", tools, "--configfile", folder.File("nuget.config")]);
        string model = folder.File("model.safetensors");
        string output = Run(folder, Path.Combine(tools, OperatingSystem.IsWindows() ? "neuralcore.exe" : "neuralcore"), ["train", "--epochs", "1", "--validation-split", "0.99", "--out", model]);
        Assert.Contains("10,000 to test", output);
        Assert.True(File.Exists(model));
    }

    private static string? Repository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NeuralCore.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    private static string Cache() => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Dotnet(TemporaryFolder folder, string[] arguments) =>
        Run(folder, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments, arguments[0] == "pack" ? null : Path.Combine(folder.Path, "packages"));

    /// <summary>Runs a program in an empty folder; what is installed goes into a cache of its own, so that no earlier version is taken.</summary>
    private static string Run(TemporaryFolder folder, string program, string[] arguments, string? cache = null)
    {
        string empty = Directory.CreateDirectory(Path.Combine(folder.Path, "empty")).FullName;
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = empty, RedirectStandardOutput = true, RedirectStandardError = true };
        if (cache is not null)
        {
            start.Environment["NUGET_PACKAGES"] = cache;
        }

        // The test host tells the projects that it builds where its own SDK is.
        start.Environment.Remove("MSBuildSDKsPath");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}{error.Result}");
        return output;
    }
}
