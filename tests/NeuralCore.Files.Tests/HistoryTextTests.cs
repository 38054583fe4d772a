using FsCheck;
using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

public sealed class HistoryTextTests
{
    [Property]
    public void Curves_come_back_digit_for_digit((NormalFloat Loss, NormalFloat Accuracy)[] epochs, bool validated)
    {
        double[] loss = [.. epochs.Select(e => e.Loss.Get)];
        double[] accuracy = [.. epochs.Select(e => e.Accuracy.Get)];
        var written = new LearningCurves(loss, accuracy, validated ? accuracy : null, validated ? loss : null);
        LearningCurves read = HistoryText.Read(HistoryText.Write(written));
        Assert.Equal(loss, read.Loss);
        Assert.Equal(accuracy, read.Accuracy);
        Assert.Equal(written.ValidationLoss, read.ValidationLoss);
        Assert.Equal(written.ValidationAccuracy, read.ValidationAccuracy);
    }

    [Property]
    public void The_learning_rate_comes_back_with_the_curves(NormalFloat[] epochs, byte perEpoch)
    {
        double[] loss = [.. epochs.Select(e => e.Get)];
        double[] rate = [.. Enumerable.Repeat(loss, perEpoch + 1).SelectMany(x => x)];
        Assert.Equal(rate, HistoryText.Read(HistoryText.Write(new LearningCurves(loss, loss, null, null) { LearningRate = rate })).LearningRate);
        Assert.Null(HistoryText.Read(HistoryText.Write(new LearningCurves(loss, loss, null, null))).LearningRate);
    }

    [Fact]
    public void A_loss_that_ran_away_is_no_number() =>
        Assert.Equal([0.5, double.NaN, double.NaN], HistoryText.Read(HistoryText.Write(new([0.5, double.PositiveInfinity, double.NaN], [1, 1, 1], null, null))).Loss);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"loss\":[1]}")]
    [InlineData("{\"loss\":[1],\"accuracy\":[1,2]}")]
    [InlineData("{\"loss\":[1],\"accuracy\":[\"1\"]}")]
    [InlineData("{\"loss\":1,\"accuracy\":1}")]
    [InlineData("{\"loss\":[1],\"accuracy\":[1],\"val_loss\":[1]}")]
    [InlineData("{\"loss\":[1],\"accuracy\":[1],\"val_loss\":[1,2],\"val_accuracy\":[1,2]}")]
    [InlineData("{\"loss\":[1],\"accuracy\":[1],\"loss\":[1]}")]
    [InlineData("{\"loss\":[1,1],\"accuracy\":[1,1],\"learning_rate\":[1,1,1]}")]
    [InlineData("{\"loss\":[1,1],\"accuracy\":[1,1],\"learning_rate\":[]}")]
    public void What_holds_no_curves_is_said_to_be_so(string text) =>
        Assert.StartsWith("has a training history that is n", Assert.Throws<InvalidDataException>(() => HistoryText.Read(text)).Message);

    [Fact]
    public void A_model_keeps_its_curves_and_can_do_without()
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential(new Input(new NeuralCore.Shape(2)), new Dense(2, Activation.Softmax));
        model.Compile();
        string path = folder.File("model.safetensors");

        ModelFile.Save(model, path);
        Assert.Null(ModelFile.ReadCurves(path));

        ModelFile.Save(model, path, new Dictionary<string, string> { [HistoryText.Key] = "{\"loss\":[2,1],\"accuracy\":[0.5,0.75]}", ["seed"] = "7" });
        Assert.Equal([0.5, 0.75], ModelFile.ReadCurves(path)!.Accuracy);
        Assert.Equal("7", ModelFile.ReadMetadata(path)["seed"]);

        ModelFile.Save(model, path, new Dictionary<string, string> { [HistoryText.Key] = "{}" });
        Assert.Contains(path, Assert.Throws<DataFileException>(() => ModelFile.ReadCurves(path)).Message);
    }
}
