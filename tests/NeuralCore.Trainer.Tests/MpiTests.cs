using System.Diagnostics;
using System.Text.Json;
using NeuralCore.Mpi;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>
/// Trainings of several processes that Open MPI or MPICH has started, which end in the bits of one process, and end in order if one of them is killed, stopped or
/// started with other arguments. Skipped if the MPI is not installed.
/// </summary>
public sealed class MpiTests : IDisposable
{
    private static readonly string[] Learner = ["--clip-norm", "1", "--average", "0.9", "--augment", "--schedule", "one-cycle"];

    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    /// <summary>56 images in batches of 16, cut into 4: the last batch has 8 images in two shards.</summary>
    [SkippableTheory]
    [InlineData(MpiRun.OpenMpi)]
    [InlineData(MpiRun.Mpich)]
    public void Any_number_of_ranks_gives_the_model_of_one_process(string mpi)
    {
        foreach ((string network, int[] ranks) in ((string, int[])[])[("resnet", [1, 2, 4]), ("seed", [2]), ("densenet", [4])])
        {
            string[] arguments = ["--network", network, "--epochs", "2", "--shards", "4", .. Learner];
            JsonElement[] expected = ProgramRun.Of(Arguments("one", arguments)).Events;
            foreach (int count in ranks)
            {
                using MpiRun run = MpiRun.Of(mpi, count, Arguments("many", [.. arguments, "--threads", $"{1 + (count / 4)}"]));
                Assert.Equal((0, ""), (run.Process.ExitCode, run.Error));
                Assert.Equal(expected[^1].Text("weights_sha256"), run.Events[^1].Text("weights_sha256"));
                Assert.Equal(Epochs(expected), Epochs(run.Events));
                Assert.Equal(expected.Select(e => e.Name()), run.Events.Select(e => e.Name()));
                Assert.Equal(count == 1 ? (int?)null : count, run.Events[0].TryGetProperty("ranks", out JsonElement value) ? value.GetInt32() : (int?)null);
                Assert.Equal(Weights("one"), Weights("many"));
            }
        }
    }

    [SkippableTheory]
    [InlineData(MpiRun.OpenMpi)]
    [InlineData(MpiRun.Mpich)]
    public void A_training_goes_on_with_another_number_of_ranks(string mpi)
    {
        string[] shards = ["--shards", "4", "--average", "0.9"], kept = [.. shards, "--checkpoint", _data.File("checkpoints"), "--resume"];
        JsonElement[] expected = ProgramRun.Of(Arguments("one", [.. shards, "--epochs", "6"])).Events;
        using (MpiRun two = MpiRun.Of(mpi, 2, Arguments("many", [.. kept, "--epochs", "2"])))
        {
            Assert.Equal(0, two.Process.ExitCode);
        }

        using (MpiRun three = MpiRun.Of(mpi, 3, Arguments("many", [.. kept, "--epochs", "4"])))
        {
            Assert.Equal((0, ""), (three.Process.ExitCode, three.Error));
            Assert.Contains(three.Events, e => e.Name() == "resume");
        }

        JsonElement[] alone = ProgramRun.Of(Arguments("many", [.. kept, "--epochs", "6"])).Events;
        Assert.Equal(expected[^1].Text("weights_sha256"), alone[^1].Text("weights_sha256"));
    }

    [SkippableTheory]
    [InlineData(MpiRun.OpenMpi, "KILL")]
    [InlineData(MpiRun.Mpich, "KILL")]
    [InlineData(MpiRun.OpenMpi, "STOP")]
    public void A_rank_that_is_killed_or_does_not_answer_ends_the_job_which_resumes(string mpi, string signal)
    {
        string[] kept = ["--shards", "4", "--checkpoint", _data.File("checkpoints"), "--every", "3-steps", "--resume"];
        using MpiRun run = MpiRun.Start(mpi, (2, Silent("many", [.. kept, "--epochs", "1000000"])));
        WaitForCheckpoint(run);
        Signal(signal, MpiRun.Ranks(_data.Folder)[1]);
        long start = Stopwatch.GetTimestamp();
        Assert.NotEqual(0, run.Wait());
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
        AssertAllEnd();
        if (mpi == MpiRun.OpenMpi)
        {
            // MPICH kills the other ranks before they can say anything.
            Assert.Contains("Rank 1 has ended, or did not answer rank 0 within ", run.Error);
        }

        AssertResumes(kept);
    }

    [SkippableTheory]
    [InlineData(MpiRun.OpenMpi)]
    [InlineData(MpiRun.Mpich)]
    public void A_signal_to_the_launcher_ends_all_ranks_with_a_checkpoint(string mpi)
    {
        string[] kept = ["--shards", "4", "--checkpoint", _data.File("checkpoints"), "--resume"];
        using MpiRun run = MpiRun.Start(mpi, killsAfter: 3, (2, Silent("many", [.. kept, "--epochs", "1000000"])));
        WaitForCheckpoint(run);
        Signal("TERM", run.Process.Id);

        // The exit code is the launcher's own.
        run.Wait();
        AssertAllEnd();
        Assert.Contains("is the checkpoint that --resume continues from", run.Error);
        AssertResumes(kept);
    }

    [SkippableTheory]
    [InlineData(MpiRun.OpenMpi)]
    [InlineData(MpiRun.Mpich)]
    public void Ranks_that_differ_are_named_before_the_first_step(string mpi)
    {
        using MpiRun run = MpiRun.Start(mpi, (1, Arguments("many", [])), (1, Arguments("many", ["--learning-rate", "0.002"])));
        Assert.NotEqual(0, run.Wait());
        Assert.Contains("Rank 1 differs from rank 0 in its optimiser; start all ranks with the same program, options and data.", run.Error);
        Assert.Equal(["start", "error"], run.Events.Select(e => e.Name()));
        Assert.Equal(1, run.Events[^1].Number("exit_code"));
    }

    [SkippableTheory]
    [InlineData(MpiRun.OpenMpi)]
    [InlineData(MpiRun.Mpich)]
    public void A_failure_of_all_ranks_is_reported_once(string mpi)
    {
        using MpiRun run = MpiRun.Of(mpi, 2, Arguments("many", ["--shards", "17"]));
        Assert.Equal(2, run.Process.ExitCode);
        Assert.Equal(1, run.Error.Split("A batch of 16 images cannot be cut into 17 shards").Length - 1);
    }

    [Fact]
    public async Task A_launcher_without_its_library_is_told_what_would_help()
    {
        using Process process = ProgramProcess.StartWith(
            [("OMPI_COMM_WORLD_SIZE", "2"), ("OMPI_COMM_WORLD_RANK", "0"), (MpiLauncher.LibraryVariable, "libnowhere.so.1")], Arguments("many", []));
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("whose library 'libnowhere.so.1' cannot be loaded; install it, or name its file by the environment variable NEURALCORE_MPI.", error);
        Assert.Contains("\"exit_code\":1", await output);
    }

    [Theory]
    [InlineData("--shards takes a whole number of at least 1", "--shards", "0")]
    [InlineData("cannot be cut into 17 shards", "--shards", "17")]
    [InlineData("--backend gpu computes on another device", "--shards", "2", "--backend", "gpu")]
    public void Shards_that_make_no_sense_are_refused(string reason, params string[] options) =>
        ProgramRun.Of(Arguments("one", options)).AssertFailed(ExitCode.Usage, reason);

    [Fact]
    public void A_resumption_keeps_the_number_of_shards()
    {
        string[] kept = ["--checkpoint", _data.File("checkpoints"), "--resume"];
        Assert.Equal(0, ProgramRun.Of(Arguments("one", [.. kept, "--shards", "2", "--epochs", "1"])).ExitCode);
        ProgramRun.Of(Arguments("one", [.. kept, "--epochs", "2"])).AssertFailed(ExitCode.Usage, "--shards");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("openmpi 3 of 4", "OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3 PMIX_RANK=3")]
    [InlineData("mpich 1 of 2", "PMI_SIZE=2 PMI_RANK=1 PMI_FD=7")]
    [InlineData("mpich 1 of 2", "PMI_FD=7 SLURM_NTASKS=2 SLURM_PROCID=1")]
    [InlineData("openmpi 1 of 2", "PMIX_RANK=1 SLURM_NTASKS=2 SLURM_PROCID=1")]
    [InlineData("openmpi 1 of 2", "PMI_SIZE=2 PMI_RANK=1 NEURALCORE_MPI=openmpi")]
    [InlineData(null, "SLURM_NTASKS=2 SLURM_PROCID=1")]
    public void The_environment_tells_the_launcher(string? expected, string variables)
    {
        var all = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        MpiLauncher? launcher = MpiLauncher.Find(name => all.GetValueOrDefault(name));
        Assert.Equal(expected, launcher is null ? null : $"{(launcher.IsOpenMpi ? "openmpi" : "mpich")} {launcher.Rank} of {launcher.Size}");
    }

    /// <summary>The training of the checkpoint goes on, and comes to what an unbroken one comes to.</summary>
    private void AssertResumes(string[] kept)
    {
        int epochs = (NewestCheckpoint() / 4) + 2;
        ProgramRun resumed = ProgramRun.Of(Arguments("many", [.. kept, "--epochs", $"{epochs}"]));
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Contains(resumed.Events, e => e.Name() == "resume");
        JsonElement[] unbroken = ProgramRun.Of(Arguments("one", ["--shards", "4", "--epochs", $"{epochs}"])).Events;
        Assert.Equal(unbroken[^1].Text("weights_sha256"), resumed.Events[^1].Text("weights_sha256"));
    }

    private int NewestCheckpoint() => !Directory.Exists(_data.File("checkpoints")) ? 0 : Directory.EnumerateFiles(_data.File("checkpoints"), "checkpoint-*.safetensors")
        .Select(file => int.Parse(Path.GetFileNameWithoutExtension(file)["checkpoint-".Length..])).Append(0).Max();

    private void WaitForCheckpoint(MpiRun run)
    {
        long start = Stopwatch.GetTimestamp();
        while (NewestCheckpoint() < 8)
        {
            Assert.False(run.Process.HasExited || Stopwatch.GetElapsedTime(start).TotalSeconds > 60, "There is no checkpoint.");
            Thread.Sleep(20);
        }
    }

    /// <summary>The launcher may end a moment before the last rank does.</summary>
    private void AssertAllEnd()
    {
        long start = Stopwatch.GetTimestamp();
        while (MpiRun.Ranks(_data.Folder).Count > 0)
        {
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
            Thread.Sleep(20);
        }
    }

    private static void Signal(string signal, int process)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }

    private static IEnumerable<(double, double, double, double)> Epochs(JsonElement[] events) => events.Where(e => e.Name() == "epoch")
        .Select(e => (e.Number("loss"), e.Number("accuracy"), e.Number("val_loss"), e.Number("val_accuracy")));

    private string Weights(string name)
    {
        using Model model = Files.ModelFile.Load(_data.File($"{name}.safetensors"));
        return model.WeightsSha256();
    }

    /// <summary>A training without a line for each of its many epochs: Open MPI's launcher no longer reads what ranks print once it has asked them to end.</summary>
    private string[] Silent(string name, string[] more) => [.. Arguments(name, more).Where(argument => argument is not ("--json" or "-"))];

    private string[] Arguments(string name, string[] more) =>
        ["train", "--data", _data.Folder, "--out", _data.File($"{name}.safetensors"), "--batch-size", "16", "--json", "-", "--verbose", "0", .. more];
}
