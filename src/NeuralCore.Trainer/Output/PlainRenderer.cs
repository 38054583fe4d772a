using NeuralCore.Files;
using NeuralCore.Trainer.Commands;

namespace NeuralCore.Trainer.Output;

/// <summary>Text for people, a line an epoch: in a file, in a pipe, and on a terminal when asked for.</summary>
internal class PlainRenderer(Screen screen) : Renderer
{
    private bool _hasSections;
    private ClassNames _names = new();

    /// <summary>The number of epochs of the training; 0 before its first.</summary>
    protected int Epochs { get; private set; }

    /// <summary>Where the text goes.</summary>
    protected Screen Screen => screen;

    public override void Show(RunEvent shown)
    {
        switch (shown)
        {
            case ClassesNamed classes:
                _names = classes.Names;
                break;
            case RunStart start:
                Write(start);
                break;
            case NetworkSummary summary:
                WriteSummary(summary.Model);
                break;
            case Resumption resumption:
                Write(resumption.Start);
                break;
            case Remark remark:
                screen.WriteLine(remark.Sentence);
                break;
            case TrainingPreview preview:
                PreviewSheet.Write(NewSection(), preview.Forms, _names);
                break;
            case EpochStart epoch:
                BeginEpoch(epoch.Epochs);
                break;
            case EpochEnd epoch:
                screen.WriteLine(EpochLine.Format(epoch.Result, Epochs, screen.Width));
                break;
            case Judgement judgement:
                Write(judgement.Stopping);
                break;
            case MeasuredProfile profile:
                ProfileTable.Write(NewSection(), profile);
                break;
            case TestResult test:
                Write(test.Evaluation);
                break;
            case ClassResults classes:
                ClassTable.Write(NewSection(), classes.Confusion, _names);
                break;
            case Confusions confusions:
                ConfusionTable.Write(NewSection(), confusions.Confusion, _names);
                break;
            case TestExamples examples:
                ExampleSheet.Write(NewSection(), examples.Evaluation, examples.Images, _names);
                break;
            case Prediction prediction:
                ProbabilityBars.Write(NewSection(), prediction, _names);
                WriteLines(prediction.Remarks);
                break;
            case SheetPrediction sheet:
                SheetText.Write(NewSection(), sheet);
                break;
            case KeptRuns runs:
                RunsTable.Write(NewSection(), runs.Runs);
                break;
            case DataInspected data:
                InspectionTable.Write(NewSection(), data.Found, data.Images, _names);
                break;
            case ReportWritten report:
                NewSection().WriteLine($"Report written to '{report.Page}'.");
                break;
            case ServingNote note:
                WriteLines(note.Lines());
                break;
            case RunEnd end:
                Write(end);
                break;
        }
    }

    private void Write(RunStart start)
    {
        IBackend<float> backend = start.Model.Backend;
        string threads = backend.Threads == 1 ? "1 thread" : $"{backend.Threads} threads";
        string ranks = start.Ranks == 1 ? "" : $" in each of {start.Ranks} ranks";
        Epochs = 0;
        NewSection().WriteLine(start.IsOnDevice
            ? $"Backend {backend.Name}, device {backend.Simd}, seed {start.Seed}"
            : $"Backend {backend.Name}, SIMD {backend.Simd}, {threads}{ranks}, seed {start.Seed}");
        screen.WriteLine($"Images: {start.Training:N0} to train, {start.Validation:N0} to validate, {start.Test:N0} to test");
        WriteSummary(start.Model);
    }

    private void WriteSummary(Model model) => NewSection().WriteLine(SummaryTable.Format(model, screen.Width));

    private void Write(SavedCheckpoint start)
    {
        TrainingPosition position = start.Position;
        string place = position.Part.Step > 0
            ? $"epoch {position.Epoch} at step {position.Part.Step} of {position.StepsPerEpoch}"
            : $"after epoch {position.Epoch}";
        NewSection().WriteLine($"Resuming {place}, from '{start.File}'");
    }

    private void BeginEpoch(int epochs)
    {
        if (Epochs == 0)
        {
            NewSection();
        }

        Epochs = epochs;
    }

    private void Write(EarlyStopping stopping)
    {
        string end = stopping.StoppedEpoch > 0 ? $"Stopped after epoch {stopping.StoppedEpoch}. " : "";
        string model = stopping.RestoreBestWeights ? "The model has the weights of" : "The validation loss was lowest in";
        if (stopping.BestEpoch > 0)
        {
            screen.WriteLine($"{end}{model} epoch {stopping.BestEpoch}{(stopping.RestoreBestWeights ? ", which had the lowest validation loss" : "")}.");
        }
    }

    private void Write(Evaluation evaluation)
    {
        NewSection().WriteLine($"Test loss {evaluation.Loss:0.0000}, accuracy {evaluation.Accuracy:0.0000}{(double.IsNaN(evaluation.ImagesPerSecond) ? "" : $", {evaluation.ImagesPerSecond:N0} img/s")}");
        if (_names.Any && LookAlikes.AreIn(_names, evaluation.Confusion.Classes))
        {
            screen.WriteLine($"Accuracy {LookAlikes.Accuracy(evaluation.Confusion, _names):0.0000} if signs that are written alike, such as C and c, count as one");
        }
    }

    private void Write(RunEnd end)
    {
        if (end is { Models.Count: > 0, SavedBytes: { } bytes })
        {
            NewSection().WriteLine($"Saved {string.Join(", ", end.Models.Select(path => $"'{path}'"))} ({bytes / 1e6:0.0} MB) after {EpochLine.Duration(end.Seconds)}.");
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
        screen.WriteLine($"{(_names.Any ? "Read a picture:         " : "Read a photo of a digit:")}  neuralcore predict --model {model} photo.jpg");
        screen.WriteLine($"See what it gets wrong:   neuralcore report --model {model} --out report");
        screen.WriteLine($"Use it in ONNX Runtime:   neuralcore convert {model} {Path.GetFileNameWithoutExtension(model.Trim('"'))}.onnx");
    }

    private void WriteLines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            screen.WriteLine(line);
        }
    }

    /// <summary>Leaves an empty line between two parts of the output.</summary>
    private Screen NewSection()
    {
        if (_hasSections)
        {
            screen.WriteLine("");
        }

        _hasSections = true;
        return screen;
    }
}
