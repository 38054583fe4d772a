using System.Globalization;
using System.Text.Json;
using NeuralCore.Files;
using NeuralCore.Imaging.Report;
using NeuralCore.Trainer.Commands;
using NeuralCore.Trainer.Output;
using Xunit;

namespace NeuralCore.Trainer.Tests;

public sealed class TrainTests : IDisposable
{
    private readonly TinyData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void The_events_are_those_of_the_contract()
    {
        ProgramRun run = Train("--epochs", "2", "--seed", "7", "--threads", "1", "--json", "-");

        Assert.Equal(0, run.ExitCode);
        JsonElement[] events = run.Events;
        Assert.Equal(["start", "epoch", "epoch", "test", "done"], events.Select(e => e.Name()));
        Assert.Equal(["event", "backend", "simd", "threads", "seed"], events[0].Fields());
        Assert.Equal(["event", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "train_images_per_second", "val_images_per_second", "seconds"], events[1].Fields());
        Assert.Equal(["event", "loss", "accuracy", "images_per_second"], events[3].Fields());
        Assert.Equal(["event", "model", "weights_sha256", "seconds"], events[4].Fields());
        Assert.Equal(7, events[0].Number("seed"));
        Assert.Equal([1.0, 2.0], events.Where(e => e.Name() == "epoch").Select(e => e.Number("epoch")));
        Assert.Equal(_data.Model, events[4].Text("model"));
    }

    [Fact]
    public void The_saved_model_is_the_one_that_was_trained()
    {
        ProgramRun run = Train("--epochs", "1", "--json", "-");
        using Model model = ModelFile.Load(_data.Model);
        Assert.Equal(run.Events[^1].Text("weights_sha256"), model.WeightsSha256());
        Assert.Equal(["model.safetensors"], _data.FilesMade);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_and_another_one_another()
    {
        string?[] hashes = [.. new[] { "1", "1", "2" }.Select(seed => Train("--epochs", "1", "--seed", seed, "--json", "-").Events[^1].Text("weights_sha256"))];
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    /// <summary>Data in the order of its classes is remarked on, and a split that is drawn cures it.</summary>
    [Fact]
    public void Classes_that_are_missing_from_a_part_are_remarked_on()
    {
        using var sorted = new TinyData(inOrder: true);
        string[] Arguments(params string[] more) => ["train", "--data", sorted.Folder, "--out", sorted.Model, "--epochs", "1", "--validation-split", "0.3", .. more];
        string output = ProgramRun.Of(Arguments()).Output;
        Assert.Contains("has no item of the classes 7, 8, 9, which the validation part has", output);
        Assert.Contains("With --shuffle-split the validation images are drawn from all classes.", output);
        ProgramRun drawn = ProgramRun.Of(Arguments("--shuffle-split"));
        Assert.DoesNotContain("has no item of", drawn.Output);
        Assert.Contains("60 to train, 20 to validate", drawn.Output);
    }

    [Fact]
    public void Augmentation_and_a_schedule_are_asked_for_and_change_what_is_learnt()
    {
        string?[][] asked = [[], ["--augment"], ["--schedule", "cosine"], ["--augment", "--schedule", "cosine"], ["--schedule", "one-cycle"], ["--schedule", "constant"]];
        string?[] hashes = [.. asked.Select(more => Train(["--epochs", "2", "--json", "-", .. more!]).Events[^1].Text("weights_sha256"))];
        Assert.Equal(5, hashes.Distinct().Count());
        Assert.Equal(hashes[0], hashes[5]);
    }

    [Fact]
    public void A_profile_is_a_table_whose_rows_are_lines_of_80_columns_and_add_up()
    {
        ProgramRun run = Train("--epochs", "1", "--profile");
        string[] lines = run.Output.Split('\n');
        int head = Array.FindIndex(lines, line => line.StartsWith("step", StringComparison.Ordinal));
        int sum = Array.FindIndex(lines, line => line.StartsWith("sum", StringComparison.Ordinal));
        string[] rows = [.. lines[(head + 1)..sum].Where(line => line.Contains('%'))];
        Assert.All(lines[head..(sum + 1)], line => Assert.InRange(line.TrimEnd().Length, 1, 80));
        Assert.Contains(rows, row => row.Contains("forward"));
        Assert.Contains(rows, row => row.Contains("backward"));
        Assert.Equal(100, rows.Sum(Share), 0.05 * (rows.Length + 1));
        Assert.Equal(100, Share(lines[sum]), 0.0);

        static double Share(string row) => double.Parse(row[..row.IndexOf('%')].Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(200, 190, 200, false)]
    [InlineData(100, 200, 200, true)]
    [InlineData(200, 60, 200, true)]
    public void A_profile_says_when_the_machine_was_busy(double before, double after, double peak, bool isBusy)
    {
        var measured = new MeasuredProfile(new TrainingProfile(), before, after, 2);
        Assert.Equal(peak, measured.PeakGflops);
        var output = new StringWriter();
        ProfileTable.Write(new Screen(output, isTerminal: false, colors: false, () => 80), measured);
        Assert.Equal(isBusy, output.ToString().Contains("The machine was busy"));
    }

    [Fact]
    public void With_json_on_the_output_people_read_the_other_stream()
    {
        ProgramRun run = Train("--epochs", "1", "--json", "-");
        Assert.Contains("Epoch 1/1  loss ", run.Error);
        Assert.All(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("{", line));
    }

    [Fact]
    public void With_json_in_a_file_people_read_the_output()
    {
        ProgramRun run = Train("--epochs", "1", "--json", _data.File("log.jsonl"));
        Assert.Empty(run.Error);
        Assert.Contains("Epoch 1/1  loss ", run.Output);
        Assert.Equal(["start", "epoch", "test", "done"], ProgramRun.Parse(File.ReadAllText(_data.File("log.jsonl"))).Select(e => e.Name()));
    }

    [Fact]
    public void A_log_is_plain_text_with_a_line_an_epoch()
    {
        ProgramRun run = Train("--epochs", "3");
        Assert.Empty(run.Error);
        Assert.Equal(3, run.Output.Split('\n').Count(line => line.StartsWith("Epoch ")));
        Assert.DoesNotContain('\e', run.Output);
        Assert.DoesNotContain("\r\e", run.Output);
        Assert.Contains("56 to train, 24 to validate, 20 to test", run.Output);
        Assert.Contains("Test loss ", run.Output);
        Assert.Contains("Rows: true class; columns: prediction.", run.Output);
        Assert.Contains($"Saved '{_data.Model}' (", run.Output);
    }

    [Fact]
    public void The_history_is_saved_with_the_model()
    {
        JsonElement[] epochs = [.. Train("--epochs", "3", "--json", "-").Events.Where(e => e.Name() == "epoch")];
        LearningCurves curves = ModelFile.ReadCurves(_data.Model)!;
        Assert.Equal(epochs.Select(e => e.Number("loss")), curves.Loss);
        Assert.Equal(epochs.Select(e => e.Number("accuracy")), curves.Accuracy);
        Assert.Equal(epochs.Select(e => e.Number("val_loss")), curves.ValidationLoss!);
        Assert.Equal(epochs.Select(e => e.Number("val_accuracy")), curves.ValidationAccuracy!);
    }

    /// <summary>Files of the same training differ in their notes of when it was, and in nothing else.</summary>
    [Fact]
    public void The_same_seed_writes_the_same_model()
    {
        string first = SavedWithoutNotes(), second = SavedWithoutNotes();
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));

        string SavedWithoutNotes()
        {
            Train("--epochs", "2", "--seed", "3");
            string path = _data.File($"{Guid.NewGuid():N}.safetensors");
            using Model model = ModelFile.Load(_data.Model);
            ModelFile.Save(model, path, ModelFile.ReadMetadata(_data.Model).Where(note => note.Key is not ("date" or "seconds")).ToDictionary());
            return path;
        }
    }

    [Fact]
    public void The_model_keeps_how_it_was_trained()
    {
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-1);
        Train("--epochs", "3", "--seed", "3", "--schedule", "one-cycle", "--threads", "1");
        Provenance origin = TrainingNotes.Read(ModelFile.ReadMetadata(_data.Model));
        Assert.StartsWith("neuralcore train --data ", origin.Command);
        Assert.EndsWith("--epochs 3 --seed 3 --schedule one-cycle --threads 1", origin.Command);
        Assert.Equal("3", origin.Seed);
        Assert.Contains(KeyValuePair.Create("--epochs", "3"), origin.Settings);
        Assert.Contains(KeyValuePair.Create("--schedule", "one-cycle over 3 epochs"), origin.Settings);
        Assert.InRange(origin.Date!.Value, before, DateTimeOffset.UtcNow);
        Assert.InRange(origin.Duration!.Value, TimeSpan.Zero, DateTimeOffset.UtcNow - before);
        Assert.Contains("1 thread, ", origin.Machine);
        Assert.Equal(ProgramProcess.Version, origin.Version);

        // One cycle: up, and down to nothing, as many values for each epoch.
        IReadOnlyList<double> rates = ModelFile.ReadCurves(_data.Model)!.LearningRate!;
        Assert.Equal(0, rates.Count % 3);
        Assert.True(rates.Max() > 10 * rates[0] && rates.Max() > 10 * rates[^1], string.Join(", ", rates));
    }

    [Fact]
    public void Notes_of_other_programs_are_no_obstacle()
    {
        Provenance origin = TrainingNotes.Read(new Dictionary<string, string>
        {
            ["date"] = "yesterday",
            ["seconds"] = "-1",
            ["settings"] = "[1]",
            ["class_names"] = "{\"a\":1}",
            ["program"] = "Other 3",
        });
        Assert.Equal(new Provenance(), origin with { Settings = new Provenance().Settings });
        Assert.Empty(origin.Settings);
        Assert.Equal(["cat", "dog"], TrainingNotes.Read(new Dictionary<string, string> { ["class_names"] = "[\"cat\",\"dog\"]" }).ClassNames!);
        Assert.Null(TrainingNotes.Read(new Dictionary<string, string> { ["settings"] = "{" }).Command);
    }

    [Fact]
    public void A_preview_comes_before_the_training()
    {
        string output = Train("--epochs", "1", "--preview", "3").Output;
        int preview = output.IndexOf("Training images, as loaded:");
        Assert.InRange(preview, 0, output.IndexOf("Epoch 1/1"));

        // Three of 56 images, spread evenly: the 0th, 18th and 37th, which are a 0, an 8 and a 7.
        string[] lines = output[preview..].Split('\n');
        string captions = lines.First(line => line.StartsWith('0'));
        Assert.Equal(["0", "8", "7"], captions.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(lines.TakeWhile(line => line != captions), line => line.Contains('█'));
    }

    [Fact]
    public void A_preview_shows_what_augmentation_makes_of_the_images()
    {
        string plain = Sheet("--preview", "3"), augmented = Sheet("--preview", "3", "--augment");
        Assert.StartsWith("Training images, as loaded, and below as augmented in epoch 1:", augmented);
        Assert.Equal(augmented, Sheet("--preview", "3", "--augment"));
        Assert.NotEqual(augmented, Sheet("--preview", "3", "--augment", "--seed", "8"));
        Assert.Single(augmented.Split('\n'), line => line.StartsWith('0'));
        Assert.InRange(augmented.Split('\n').Length, plain.Split('\n').Length + 1, int.MaxValue);

        string Sheet(params string[] more)
        {
            string output = Train(["--epochs", "1", .. more]).Output;
            return output[output.IndexOf("Training images")..output.IndexOf("Epoch 1/1")];
        }
    }

    [Fact]
    public void A_preview_shows_all_images_where_there_are_fewer()
    {
        string output = Train("--epochs", "1", "--preview", "1000").Output;
        string sheet = output[output.IndexOf("Training images")..output.IndexOf("Epoch 1/1")];
        Assert.Equal(56, sheet.Split('\n').Where(line => line.Any(char.IsDigit)).Sum(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
    }

    [Fact]
    public void Quiet_means_quiet()
    {
        ProgramRun run = Train("--epochs", "1", "--verbose", "0");
        Assert.Equal(new ProgramRun(0, "", ""), run);
        Assert.True(File.Exists(_data.Model));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void On_a_screen_no_line_is_wider_than_it(int width)
    {
        ProgramRun run = ProgramRun.OnScreen(width, Arguments("--epochs", "2", "--no-color"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\r\e[K", run.Output);

        // What is drawn over is a line of its own each time. The last line names a file, whose name cannot be broken.
        string[] lines = run.Output[..run.Output.IndexOf("Saved")].Replace("\r\e[K", "\n").Split('\n');
        Assert.DoesNotContain(lines, line => line.TrimEnd().Length > width);
    }

    [Fact]
    public void Verbose_two_draws_no_bar()
    {
        ProgramRun run = ProgramRun.OnScreen(80, Arguments("--epochs", "2", "--verbose", "2", "--no-color"));
        Assert.DoesNotContain('\e', run.Output);
        Assert.Contains("Epoch 2/2", run.Output);
    }

    [Fact]
    public void Colours_come_on_a_screen_only()
    {
        Assert.Contains("\e[32m", ProgramRun.OnScreen(80, Arguments("--epochs", "1")).Output);
        Assert.DoesNotContain("\e[32m", ProgramRun.OnScreen(80, Arguments("--epochs", "1", "--no-color")).Output);
    }

    [Fact]
    public void Without_validation_those_numbers_are_null()
    {
        ProgramRun run = Train("--epochs", "1", "--validation-split", "0", "--json", "-");
        JsonElement epoch = run.Events[1];
        Assert.Equal(JsonValueKind.Null, epoch.GetProperty("val_loss").ValueKind);
        Assert.Equal(JsonValueKind.Null, epoch.GetProperty("val_images_per_second").ValueKind);
        Assert.DoesNotContain("val_loss", run.Error);
    }

    [Fact]
    public void Backend_and_width_can_be_chosen()
    {
        Assert.Equal("reference", Train("--epochs", "1", "--backend", "reference", "--json", "-").Events[0].Text("backend"));
        Assert.Equal("cpu", Train("--epochs", "1", "--backend", "cpu", "--simd", "portable", "--json", "-").Events[0].Text("backend"));
    }

    [Theory]
    [InlineData("l2-columns")]
    [InlineData("minus-one-to-one")]
    [InlineData("mean-std:0.1307,0.3081")]
    public void Pixels_are_prepared_as_asked_for(string preprocessing)
    {
        Train("--epochs", "1", "--preprocess", preprocessing);
        Assert.Equal(Preprocessing.Parse(preprocessing), ModelFile.ReadArchitecture(_data.Model).Input.Preprocessing);
    }

    [Fact]
    public void A_preparation_for_more_channels_than_there_are_is_refused() =>
        Train("--epochs", "1", "--preprocess", "mean-std:0.1,0.2,0.3,0.4").AssertFailed(ExitCode.Usage, "2 numbers");

    [Fact]
    public void An_unwritable_model_is_noticed_before_the_training()
    {
        string path = Path.Combine(_data.Folder, "missing", "model.safetensors");
        ProgramRun run = ProgramRun.Of("train", "--data", _data.Folder, "--out", path, "--json", "-").AssertFailed(ExitCode.RuntimeFailure, path);
        Assert.Equal(["error"], run.Events.Select(e => e.Name()));
        Assert.Equal(path, run.Events[0].Text("file"));
        Assert.Equal(1, run.Events[0].Number("exit_code"));
        Assert.Empty(_data.FilesMade);
    }

    [Fact]
    public void An_unwritable_json_file_is_noticed_before_the_training() =>
        Train("--json", Path.Combine(_data.Folder, "missing", "log")).AssertFailed(ExitCode.RuntimeFailure, "missing");

    [SkippableFact]
    public void A_full_disk_ends_the_run_with_a_sentence()
    {
        Skip.IfNot(File.Exists("/dev/full"), "This system has no file that is always full.");
        Train("--json", "/dev/full").AssertFailed(ExitCode.RuntimeFailure, "the disk is full");
        Assert.Empty(_data.FilesMade);
    }

    [Fact]
    public void A_bad_folder_is_a_data_error()
    {
        string folder = _data.File("nowhere");
        ProgramRun run = ProgramRun.Of("train", "--data", folder, "--json", "-").AssertFailed(ExitCode.InvalidData, folder);
        Assert.Equal(3, run.Events[^1].Number("exit_code"));
        Assert.Equal(run.Error.TrimEnd(), run.Events[^1].Text("message"));
    }

    [Fact]
    public void Swapped_files_are_a_data_error()
    {
        (string images, string labels) = (_data.File("train-images-idx3-ubyte"), _data.File("train-labels-idx1-ubyte"));
        File.Move(images, _data.File("x"));
        File.Move(labels, images);
        File.Move(_data.File("x"), labels);
        Train().AssertFailed(ExitCode.InvalidData, labels);
    }

    [Fact]
    public void Labels_outside_the_classes_are_a_data_error() => Train("--classes", "5").AssertFailed(ExitCode.InvalidData, "labels-idx1-ubyte");

    [Fact]
    public void More_classes_than_ten_can_be_learnt()
    {
        Assert.Equal(0, Train("--epochs", "1", "--classes", "12").ExitCode);
        Assert.Equal(12, ModelFile.ReadArchitecture(_data.Model).Classes);
    }

    [Fact]
    public void Too_little_to_train_on_is_a_usage_error() => Train("--validation-split", "0.999").AssertFailed(ExitCode.Usage, "--validation-split 0.999");

    private string[] Arguments(params string[] more) => ["train", "--data", _data.Folder, "--out", _data.Model, "--batch-size", "16", .. more];

    private ProgramRun Train(params string[] more) => ProgramRun.Of(Arguments(more));
}
