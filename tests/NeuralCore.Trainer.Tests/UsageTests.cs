using Xunit;

namespace NeuralCore.Trainer.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("'neuralcore --help'")]
    [InlineData("'frobnicate' is not known", "frobnicate")]
    [InlineData("'--colour' is not known", "train", "--colour")]
    [InlineData("'trian' is not known here, did you mean train? 'neuralcore --help'", "trian")]
    [InlineData("did you mean --learning-rate?", "train", "--lr", "0.1")]
    [InlineData("did you mean --batch-size?", "train", "--batch_size", "32")]
    [InlineData("did you mean --epochs?", "train", "--epoch", "3")]
    [InlineData("did you mean --validation-split?", "train", "--val-split", "0.1")]
    [InlineData("did you mean --model?", "evaluate", "--modle", "x.h5")]
    [InlineData("--json takes the name of a file or -, not the option --out", "train", "--json", "--out")]
    [InlineData("--epochs takes a whole number of at least 1, not '-3'", "train", "--epochs", "-3")]
    [InlineData("--epochs takes a whole number of at least 1, not '0'", "train", "--epochs", "0")]
    [InlineData("--epochs takes a whole number of at least 1, not 'many'", "train", "--epochs", "many")]
    [InlineData("--epochs takes a whole number of at least 1, not '99999999999'", "train", "--epochs", "99999999999")]
    [InlineData("--epochs", "train", "--epochs")]
    [InlineData("--batch-size takes", "train", "--batch-size", "0")]
    [InlineData("--validation-split takes a number of at least 0 and below 1, not '1'", "train", "--validation-split", "1")]
    [InlineData("--validation-split takes", "train", "--validation-split", "nan")]
    [InlineData("--learning-rate takes a number above 0, not '0'", "train", "--learning-rate", "0")]
    [InlineData("--learning-rate takes", "train", "--learning-rate", "Infinity")]
    [InlineData("--preset takes none or fast or fastest or robust or best or letters or colour, not 'slow'", "train", "--preset", "slow")]
    [InlineData("--schedule takes constant or cosine or one-cycle or triangular, not 'square'", "train", "--schedule", "square")]
    [InlineData("--preprocess takes scale, l2-columns, minus-one-to-one, mean-std:MEAN,DEVIATION or none, not 'magic'", "train", "--preprocess", "magic")]
    [InlineData("--seed takes", "train", "--seed", "-1")]
    [InlineData("--threads takes a whole number from 1 to 1024, not '0'", "train", "--threads", "0")]
    [InlineData("--backend takes cpu or gpu or reference, not 'abacus'", "train", "--backend", "abacus")]
    [InlineData("--simd takes auto or 512 or 256 or 128 or portable, not '64'", "train", "--simd", "64")]
    [InlineData("--verbose takes a whole number from 0 to 2, not '3'", "train", "--verbose", "3")]
    [InlineData("--out takes a file name that ends in .safetensors, .h5, .hdf5, .keras or .onnx, not 'model.txt'", "train", "--out", "model.txt")]
    [InlineData("--json takes the name of a file", "summary", "--json", "")]
    [InlineData("--out takes", "train", "--out", "")]
    [InlineData("'--model' is required", "evaluate")]
    [InlineData("'--out' is required", "report", "--model", "x.safetensors")]
    [InlineData("--out takes the name of a folder", "report", "--model", "x.safetensors", "--out", "")]
    [InlineData("--preview takes a whole number from 0 to 1000, not 'some'", "train", "--preview", "some")]
    [InlineData("predict takes images, or --index", "predict", "--model", "x.safetensors")]
    [InlineData("not both", "predict", "--model", "x.safetensors", "--index", "1", "photo.png")]
    [InlineData("a test image stays as it is", "predict", "--model", "x.safetensors", "--index", "1", "--explain", "folder")]
    public void A_wrong_command_line_is_explained_in_one_sentence(string reason, params string[] args) => ProgramRun.Of(args).AssertFailed(ExitCode.Usage, reason);

    [Fact]
    public void A_program_is_told_too()
    {
        ProgramRun run = ProgramRun.Of("train", "--epochs", "many", "--json", "-").AssertFailed(ExitCode.Usage, "--epochs");
        Assert.Equal("error", Assert.Single(run.Events).Name());
        Assert.Equal(["event", "file", "message", "exit_code"], run.Events[0].Fields());
        Assert.Equal(2, run.Events[0].Number("exit_code"));
        Assert.Equal(run.Error.TrimEnd(), run.Events[0].Text("message"));
    }

    [Theory]
    [InlineData("train", "--preset", "--network", "--epochs", "--batch-size", "--validation-split", "--learning-rate", "--preprocess", "--seed", "--threads", "--backend", "--simd", "--data", "--out", "--report", "--preview", "--json", "--verbose", "--no-color")]
    [InlineData("report", "--model", "--out", "--data", "--json", "--verbose", "--no-color")]
    [InlineData("evaluate", "--model", "--json", "--verbose", "--no-color")]
    [InlineData("predict", "IMAGE", "--model", "--index", "--explain", "--json", "--verbose", "--no-color")]
    [InlineData("summary", "--model", "--network", "--json", "--verbose", "--no-color")]
    public void Help_lists_every_option_of_the_contract(string command, params string[] options)
    {
        ProgramRun run = ProgramRun.Of(command, "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("neuralcore", run.Output);
        Assert.All(options, option => Assert.Contains(option, run.Output));
    }

    [Fact]
    public void Help_lists_the_commands()
    {
        ProgramRun run = ProgramRun.Of("--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All(["train", "evaluate", "predict", "summary", "report"], command => Assert.Contains(command, run.Output));
    }

    [Fact]
    public void Help_groups_every_option_of_a_training()
    {
        Assert.All(new Commands.TrainCommand().Options, option => Assert.NotEqual("Options", HelpPage.TitleOf(option)));
        string help = ProgramRun.Of("train", "--help").Output;
        int[] places = [.. ((string[])["\nData:", "\nNetwork:", "\nTraining:", "\nRobustness:", "\nCheckpoints:", "\nMachine:", "\nOutput:", "\nExamples:"]).Select(title => help.IndexOf(title, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    public void Help_fits_the_screen(int width) =>
        Assert.All(ProgramRun.OnScreen(width, "summary", "--help").Output.Split(Environment.NewLine), line => Assert.InRange(line.Length, 0, Math.Max(width, 60)));

    [Fact]
    public void Help_wins_over_what_is_missing() => Assert.Equal(0, ProgramRun.Of("evaluate", "--help").ExitCode);

    [Fact]
    public void Quiet_prints_nothing()
    {
        using var data = new TinyData();
        ProgramRun run = ProgramRun.Of("train", "--data", data.Folder, "--epochs", "1", "--out", data.Model, "-q");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public void A_training_ends_with_what_to_do_next()
    {
        using var data = new TinyData();
        ProgramRun run = ProgramRun.Of("train", "--data", data.Folder, "--epochs", "1", "--out", data.Model);
        string[] lines = run.Output.TrimEnd().Split(Environment.NewLine);
        Assert.Equal(["predict", "report", "convert"], lines[^3..].Select(line => line.Split("neuralcore ")[1].Split(' ')[0]));
    }

    [Fact]
    public void Lines_break_between_words_and_never_in_the_name_of_a_file() => Assert.Equal(
        ["The file", "'a name with spaces.png'", "is no picture"], WrappedText.Lines("The file 'a name with spaces.png' is no picture", 15));
}
