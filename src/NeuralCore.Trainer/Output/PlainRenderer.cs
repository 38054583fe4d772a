using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Output;

/// <summary>Text for people, a line an epoch: in a file, in a pipe, and on a terminal when asked for.</summary>
internal class PlainRenderer(Screen screen) : Renderer
{
    private bool _hasSections;

    /// <summary>How many epochs there will be.</summary>
    protected int Epochs { get; private set; }

    /// <summary>Where the text goes.</summary>
    protected Screen Screen => screen;

    public override void Start(RunStart start, Model model)
    {
        string threads = start.Threads == 1 ? "1 thread" : $"{start.Threads} threads";
        string ranks = start.Ranks == 1 ? "" : $" in each of {start.Ranks} ranks";
        Epochs = 0;
        BeginSection();
        screen.WriteLine(start.IsOnDevice
            ? $"Backend {start.Backend}, device {start.Simd}, seed {start.Seed}"
            : $"Backend {start.Backend}, SIMD {start.Simd}, {threads}{ranks}, seed {start.Seed}");
        screen.WriteLine($"Images: {start.Training:N0} to train, {start.Validation:N0} to validate, {start.Test:N0} to test");
        Summary(model);
    }

    public override void Summary(Model model)
    {
        BeginSection();
        screen.WriteLine(SummaryTable.Format(model, screen.Width));
    }

    public override void Resume(SavedCheckpoint start)
    {
        TrainingPosition position = start.Position;
        string place = position.Part.Step > 0
            ? $"epoch {position.Epoch} at step {position.Part.Step} of {position.StepsPerEpoch}"
            : $"after epoch {position.Epoch}";
        BeginSection();
        screen.WriteLine($"Resuming {place}, from '{start.File}'");
    }

    public override void Judged(EarlyStopping stopping)
    {
        string end = stopping.StoppedEpoch > 0 ? $"Stopped after epoch {stopping.StoppedEpoch}. " : "";
        string model = stopping.RestoreBestWeights ? "The model has the weights of" : "The validation loss was lowest in";
        if (stopping.BestEpoch > 0)
        {
            screen.WriteLine($"{end}{model} epoch {stopping.BestEpoch}{(stopping.RestoreBestWeights ? ", which had the lowest validation loss" : "")}.");
        }
    }

    public override void Preview(IReadOnlyList<Preview> previews)
    {
        BeginSection();
        PreviewSheet.Write(screen, previews, Names);
    }

    public override void EpochBegin(int epoch, int epochs)
    {
        if (Epochs == 0)
        {
            BeginSection();
        }

        Epochs = epochs;
    }

    public override void EpochEnd(EpochResult result) => screen.WriteLine(EpochLine.Format(result, Epochs, screen.Width));

    public override void Profile(MeasuredProfile measured)
    {
        BeginSection();
        ProfileTable.Write(screen, measured);
    }

    public override void Test(Evaluation evaluation)
    {
        BeginSection();
        screen.WriteLine($"Test loss {evaluation.Loss:0.0000}, accuracy {evaluation.Accuracy:0.0000}{(double.IsNaN(evaluation.ImagesPerSecond) ? "" : $", {evaluation.ImagesPerSecond:N0} img/s")}");
        if (Names.Any && LookAlikes.AreIn(Names, evaluation.Confusion.Classes))
        {
            screen.WriteLine($"Accuracy {LookAlikes.Accuracy(evaluation.Confusion, Names):0.0000} if signs that are written alike, such as C and c, count as one");
        }
    }

    public override void Classes(ConfusionMatrix confusion)
    {
        BeginSection();
        ClassTable.Write(screen, confusion, Names);
    }

    public override void Confusion(ConfusionMatrix confusion)
    {
        BeginSection();
        ConfusionTable.Write(screen, confusion, Names);
    }

    public override void Examples(Evaluation evaluation, LabelledImages images)
    {
        BeginSection();
        ExampleSheet.Write(screen, evaluation, images, Names);
    }

    public override void Prediction(Prediction prediction)
    {
        BeginSection();
        ProbabilityBars.Write(screen, prediction, Names);
        prediction.Remarks.ToList().ForEach(screen.WriteLine);
    }

    public override void Runs(IReadOnlyList<RunRecord> runs)
    {
        BeginSection();
        RunsTable.Write(screen, runs);
    }

    public override void Inspection(DatasetInspection inspection, LabelledImages train)
    {
        BeginSection();
        InspectionTable.Write(screen, inspection, train, Names);
    }

    public override void Report(string page)
    {
        BeginSection();
        screen.WriteLine($"Report written to '{page}'.");
    }

    public override void Remark(string sentence) => screen.WriteLine(sentence);

    public override void Serving(ServingNote note) => note.Lines().ToList().ForEach(screen.WriteLine);

    public override void Lines(SheetPrediction prediction)
    {
        BeginSection();
        SheetText.Write(screen, prediction);
    }

    public override void Done(RunEnd end)
    {
        if (end is { Models.Count: > 0, SavedBytes: { } bytes })
        {
            BeginSection();
            screen.WriteLine($"Saved {string.Join(", ", end.Models.Select(path => $"'{path}'"))} ({bytes / 1e6:0.0} MB) after {EpochLine.Duration(end.Seconds)}.");
            if (Epochs > 0)
            {
                SuggestNext([.. end.Models.Select(path => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path)]);
            }
        }
    }

    private void SuggestNext(string[] models)
    {
        if (models.Length > 1)
        {
            screen.WriteLine($"Read a photo with all of them:  neuralcore predict {string.Join(' ', models.Select(path => $"--model {path}"))} photo.jpg");
            return;
        }

        string model = models[0];
        screen.WriteLine($"{(Names.Any ? "Read a picture:         " : "Read a photo of a digit:")}  neuralcore predict --model {model} photo.jpg");
        screen.WriteLine($"See what it gets wrong:   neuralcore report --model {model} --out report");
        screen.WriteLine($"Use it in ONNX Runtime:   neuralcore convert {model} {Path.GetFileNameWithoutExtension(model.Trim('"'))}.onnx");
    }

    /// <summary>An empty line between two parts of the output.</summary>
    private void BeginSection()
    {
        if (_hasSections)
        {
            screen.WriteLine("");
        }

        _hasSections = true;
    }
}
