using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

public sealed class CheckpointingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Each_checkpoint_leads_to_the_same_end(int? everySteps)
    {
        using Sequential unbroken = TinyTraining.Model();
        var saved = new List<SavedCheckpoint>();
        using (var checkpointing = new Checkpointing(_folder.Path, unbroken, new CheckpointSchedule(everySteps, keep: 100)) { Saved = saved.Add })
        {
            TinyTraining.Fit(unbroken, 3, null, checkpointing);
        }

        int[] expected = [.. Enumerable.Range(1, 12).Where(step => step % TinyTraining.StepsPerEpoch == 0 || step % everySteps == 0)];
        Assert.Equal(expected, saved.Select(s => (int)s.Position.Steps));
        foreach (string file in saved.Select(s => s.File))
        {
            using var other = new TemporaryFolder();
            File.Copy(file, other.File(Path.GetFileName(file)));
            using Sequential resumed = TinyTraining.Model();
            using var checkpointing = new Checkpointing(other.Path, resumed);
            TinyTraining.Fit(resumed, 3, checkpointing.ReadNewest());
            Assert.Equal(unbroken.WeightsSha256(), resumed.WeightsSha256());
        }
    }

    [Property(MaxTest = 30)]
    public void The_newest_stay_and_the_best(byte keepBelow, byte everyBelow)
    {
        using var folder = new TemporaryFolder();
        (int keep, int every) = (1 + (keepBelow % 4), 1 + (everyBelow % 6));
        using Sequential model = TinyTraining.Model();
        History history;
        using (var checkpointing = new Checkpointing(folder.Path, model, new CheckpointSchedule(every, keep)))
        {
            history = TinyTraining.Fit(model, 5, null, checkpointing);
        }

        int best = EarlyStopping.Best(history.Epochs)!.Epoch * TinyTraining.StepsPerEpoch;
        int[] written = [.. Enumerable.Range(1, 20).Where(step => step % TinyTraining.StepsPerEpoch == 0 || step % every == 0)];
        Assert.Equal(written.TakeLast(keep).Append(best).Distinct().Order().Select(Name), folder.FileNames.Where(name => name != ".lock"));
    }

    [Fact]
    public void Damaged_files_are_passed_over_and_never_counted()
    {
        using Sequential model = TinyTraining.Model();
        using (var first = new Checkpointing(_folder.Path, model))
        {
            TinyTraining.Fit(model, 2, null, first);
        }

        _folder.Write(Name(99), "torn"u8.ToArray());
        _folder.Write("checkpoint-5.safetensors", []);
        _folder.Write("checkpoint-best.safetensors", []);
        var refused = new List<DataFileException>();
        using Sequential resumed = TinyTraining.Model();
        using (var second = new Checkpointing(_folder.Path, resumed, new CheckpointSchedule(keep: 1)) { Refused = refused.Add })
        {
            Checkpoint start = second.ReadNewest()!;
            Assert.Equal(8, start.Position.Steps);
            Assert.Equal(_folder.File(Name(8)), second.Last!.File);
            TinyTraining.Fit(resumed, 3, start, second);
        }

        Assert.Equal(_folder.File(Name(99)), Assert.Single(refused).FilePath);
        Assert.Contains(Name(12), _folder.FileNames);
        Assert.Contains(Name(99), _folder.FileNames);
        Assert.Contains("checkpoint-5.safetensors", _folder.FileNames);
    }

    [Fact]
    public void What_killed_programs_left_is_removed()
    {
        _folder.Write(".checkpoint-00000004.safetensors.abc.def.tmp", [1]);
        _folder.Write(".model.safetensors.abc.def.tmp", [1]);
        using Sequential model = TinyTraining.Model();
        using var checkpointing = new Checkpointing(_folder.Path, model);
        Assert.Equal([".lock", ".model.safetensors.abc.def.tmp"], _folder.FileNames);
        Assert.True(checkpointing.IsEmpty);
        Assert.Null(checkpointing.ReadNewest());
    }

    [Fact]
    public void A_folder_is_opened_by_one_at_a_time()
    {
        using Sequential model = TinyTraining.Model();
        using (new Checkpointing(_folder.Path, model))
        {
            Assert.Contains("in use by another training", Assert.Throws<FileWriteException>(() => new Checkpointing(_folder.Path, model)).Message);
        }

        new Checkpointing(_folder.Path, model).Dispose();
    }

    [Fact]
    public void The_best_weights_are_those_of_the_best_epoch()
    {
        using Sequential model = TinyTraining.Model(), upToBest = TinyTraining.Model();
        using var checkpointing = new Checkpointing(_folder.Path, model, new CheckpointSchedule(keep: 1));
        History history = TinyTraining.Fit(model, 4, null, checkpointing);
        TinyTraining.Fit(upToBest, EarlyStopping.Best(history.Epochs)!.Epoch);
        Assert.Equal(upToBest.Parameters.Select(p => p.Read()), checkpointing.ReadBestWeights(checkpointing.Last!.Position));
        Assert.Null(checkpointing.ReadBestWeights(null));
    }

    [Fact]
    public void A_failed_save_is_reported_and_the_next_one_succeeds()
    {
        Directory.CreateDirectory(_folder.File(Name(4)));
        using Sequential model = TinyTraining.Model();
        var failed = new List<FileWriteException>();
        using var checkpointing = new Checkpointing(_folder.Path, model) { Failed = failed.Add };
        TinyTraining.Fit(model, 2, null, checkpointing);
        Assert.Equal(_folder.File(Name(4)), Assert.Single(failed).FilePath);
        Assert.Equal(8, checkpointing.Last!.Position.Steps);
        Assert.True(checkpointing.SaveAndWait());
    }

    [Fact]
    public void A_schedule_has_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointSchedule(everySteps: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointSchedule(keep: 0));
    }

    private static string Name(int steps) => $"checkpoint-{steps:D8}.safetensors";
}
