using System.Diagnostics;
using NeuralCore.Gpu;
using NeuralCore.Ops;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>The GPU from the command line: on PoCL where it is installed, and what is said where there is nothing to compute on.</summary>
public sealed class GpuTests : IDisposable
{
    /// <summary>Where the loader of OpenCL looks for drivers; in an empty folder it finds none.</summary>
    private const string DriversOfOpenCl = "OCL_ICD_VENDORS";

    private const string MissingBackend = "This program was published without GPU support";

    private static readonly bool HasBackend = ProgramProcess.Published is null || !ProgramRun.Of("train", "--device", "list").Output.StartsWith(MissingBackend);

    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [SkippableFact]
    public void A_model_that_a_gpu_trained_is_one_for_every_backend()
    {
        RequireDevice();
        ProgramRun train = ProgramRun.Of("train", "--data", _data.Folder, "--out", _data.Model, "--epochs", "2", "--batch-size", "16", "--backend", "gpu", "--json", "-");
        Assert.Equal(0, train.ExitCode);
        Assert.Equal("gpu", train.Events[0].Text("backend"));
        Assert.NotEmpty(train.Events[0].Text("device")!);
        string[][] evaluate = [["evaluate", "--model", _data.Model, "--data", _data.Folder, "--json", "-"], ["predict", "--model", _data.Model, "--data", _data.Folder, "--index", "3", "--json", "-"]];
        foreach (string[] arguments in evaluate)
        {
            ProgramRun here = ProgramRun.Of(arguments), there = ProgramRun.Of([.. arguments, "--backend", "gpu"]);
            Assert.Equal((0, 0), (here.ExitCode, there.ExitCode));
            Assert.Equal(here.Events.Length, there.Events.Length);
        }
    }

    [SkippableFact]
    public void The_start_of_a_training_says_which_device_it_is()
    {
        GpuDevice device = RequireDevice();
        ProgramRun run = ProgramRun.Of(
            "train", "--data", _data.Folder, "--out", _data.Model, "--epochs", "1", "--backend", "gpu", "--device", "0", "--verbose", "2");
        Assert.Contains($"Backend gpu, device {device}, seed 0", run.Output);
    }

    [SkippableFact]
    public void The_list_of_devices_is_all_that_a_command_then_does()
    {
        GpuDevice device = RequireDevice();
        ProgramRun run = ProgramRun.Of("predict", "--device", "list");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith($"0  {device}, ", run.Output);
    }

    [SkippableFact]
    public void A_device_that_is_not_there_is_answered_with_those_that_are()
    {
        RequireDevice();
        Train("--backend", "gpu", "--device", "99").AssertFailed(ExitCode.Usage, "There is no device 99. There are: 0 ");
        Assert.Empty(_data.FilesMade);
    }

    [SkippableFact]
    public void A_machine_without_drivers_is_told_what_would_help_and_its_model_is_left_alone()
    {
        RequireBackend();
        File.WriteAllText(_data.Model, "an older model");
        Assert.Equal(new ProgramRun(1, "", GpuDevices.NoneFound + "\n"), WithoutDrivers("train", "--data", _data.Folder, "--out", _data.Model, "--backend", "gpu"));
        Assert.Equal("an older model", File.ReadAllText(_data.Model));
        Assert.Equal(new ProgramRun(0, GpuDevices.NoneFound + "\n", ""), WithoutDrivers("train", "--device", "list"));
    }

    /// <summary>NVIDIA's driver, played by a library that refuses. It takes a C compiler.</summary>
    [SkippableFact]
    public void A_driver_that_refuses_is_quoted_and_the_model_is_left_alone()
    {
        const string Driver = """
            int cuInit(unsigned flags) { return 803; }
            int cuGetErrorString(int error, const char **text) { *text = "unsupported display driver"; return 0; }
            """;
        RequireBackend();
        using var folder = new NeuralCore.Tests.TemporaryFolder();
        string source = folder.Write("driver.c", System.Text.Encoding.UTF8.GetBytes(Driver));
        Skip.IfNot(OperatingSystem.IsLinux() && Compiles("-shared", "-fPIC", "-o", folder.File("libcuda.so.1"), source), "There is no C compiler here.");
        File.WriteAllText(_data.Model, "an older model");
        const string Refusal = "NVIDIA's driver on this machine offers no device (error 803: unsupported display driver); install a newer one, or compute with --backend cpu.\n";
        (string, string?)[] drivers = [(DriversOfOpenCl, folder.Path), ("LD_LIBRARY_PATH", folder.Path)];
        string[] train = ["train", "--data", _data.Folder, "--out", _data.Model, "--backend", "gpu"];
        Assert.Equal(new ProgramRun(1, "", Refusal), ProgramRun.Of(ProgramProcess.StartWith(drivers, train)));
        Assert.Equal("an older model", File.ReadAllText(_data.Model));
        Assert.Equal(new ProgramRun(1, "", Refusal), ProgramRun.Of(ProgramProcess.StartWith(drivers, [.. train, "--device", "0"])));

        static bool Compiles(params string[] arguments)
        {
            try
            {
                using Process compiler = Process.Start("cc", arguments);
                compiler.WaitForExit();
                return compiler.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }

    [Theory]
    [InlineData("--device chooses what --backend gpu computes on", "--device", "0")]
    [InlineData("--device takes the number or a part of the name", "--backend", "gpu", "--device", "")]
    [InlineData("--profile shows where the processor's time goes", "--backend", "gpu", "--profile")]
    public void What_makes_no_sense_together_is_said(string reason, params string[] options) => Train(options).AssertFailed(ExitCode.Usage, reason);

    [Fact]
    public void A_lost_device_is_a_failure_of_the_run()
    {
        var failure = Failure.Of(new DeviceException("The device A (CUDA) failed."));
        Assert.Equal((ExitCode.RuntimeFailure, "The device A (CUDA) failed."), (failure.ExitCode, failure.Message));
    }

    [SkippableFact]
    public void A_run_without_a_gpu_and_without_ranks_reads_none_of_what_they_need()
    {
        ProgramProcess.RequireBuilt("A published program has its assemblies in one file.");

        // A program in whose folder those files are empty would fail to load them.
        using var folder = new NeuralCore.Tests.TemporaryFolder();
        string program = typeof(App).Assembly.Location;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(program)!))
        {
            string name = Path.GetFileName(file);
            if (name.StartsWith("ILGPU", StringComparison.Ordinal) || name.StartsWith("NeuralCore.Gpu", StringComparison.Ordinal) || name.StartsWith("NeuralCore.Mpi", StringComparison.Ordinal))
            {
                folder.Write(name, []);
            }
            else
            {
                File.CreateSymbolicLink(folder.File(name), file);
            }
        }

        Assert.Contains("ILGPU.dll", folder.FileNames);
        ProgramRun run = ProgramRun.Of(ProgramProcess.StartAt(folder.File(Path.GetFileName(program)), "train", "--data", _data.Folder, "--out", _data.Model, "--epochs", "1"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [SkippableFact]
    public void A_program_without_the_backend_says_what_to_do()
    {
        Skip.If(HasBackend, "The program has the GPU backend.");
        Train("--backend", "gpu").AssertFailed(ExitCode.Usage, MissingBackend);
        Assert.Empty(_data.FilesMade);
    }

    /// <summary>Trimmed and native programs have no GPU backend.</summary>
    private static void RequireBackend() => Skip.IfNot(HasBackend, "This program was published without the GPU backend.");

    private static GpuDevice RequireDevice()
    {
        RequireBackend();
        IReadOnlyList<GpuDevice> devices = GpuDevices.List();
        Skip.If(devices.Count == 0, "There is no device with CUDA or OpenCL here. On Debian and Ubuntu, apt-get install pocl-opencl-icd ocl-icd-libopencl1 brings one.");
        return devices[0];
    }

    private static ProgramRun WithoutDrivers(params string[] arguments)
    {
        using var empty = new NeuralCore.Tests.TemporaryFolder();
        return ProgramRun.Of(ProgramProcess.StartWith([(DriversOfOpenCl, empty.Path), ("CUDA_VISIBLE_DEVICES", "-1")], arguments));
    }

    private ProgramRun Train(params string[] options) => ProgramRun.Of(["train", "--data", _data.Folder, "--out", _data.Model, "--epochs", "1", .. options]);
}
