using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;
using NeuralCore.Vision.Segmentation;

namespace NeuralCore.Trainer.Output;

/// <summary>
/// One JSON object a line for each event, with numbers in full precision; what is not a number (a loss that ran away) is null.
/// Every line is complete as soon as its event has happened, so a program can follow the run.
/// </summary>
internal sealed class JsonRenderer(TextWriter writer, string? path = null) : Renderer
{
    // Quotation marks stay readable: these lines go to programs, never into a web page.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();
    private bool _isBroken;

    /// <summary>Writes to a file, which is emptied.</summary>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static JsonRenderer ToFile(string path)
    {
        try
        {
            return new JsonRenderer(new StreamWriter(path, append: false), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw AtomicFile.Unwritable(path, failure);
        }
    }

    public override void Start(RunStart start, Model model) => Write("start", json =>
    {
        json.WriteString("backend", start.Backend);
        json.WriteString(start.IsOnDevice ? "device" : "simd", start.Simd);
        json.WriteNumber("threads", start.Threads);
        if (start.Ranks > 1)
        {
            json.WriteNumber("ranks", start.Ranks);
        }

        json.WriteNumber("seed", start.Seed);
    });

    public override void Summary(Model model) => Write("summary", json =>
    {
        json.WriteString("preprocessing", model.Input.Preprocessing.ToString());
        json.WriteNumber("parameters", model.Summary.ParameterCount);
        json.WriteStartArray("layers");
        foreach (LayerSummary layer in model.Summary.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("kind", layer.Kind);
            json.WriteStartArray("output_shape");
            foreach (int extent in layer.OutputShape.Extents)
            {
                json.WriteNumberValue(extent);
            }

            json.WriteEndArray();
            json.WriteNumber("parameters", layer.ParameterCount);
            WriteNames(json, "inputs", layer.Inputs);

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public override void Resume(SavedCheckpoint start) => Write("resume", json => WritePlace(json, start));

    public override void Checkpoint(SavedCheckpoint checkpoint) => Write("checkpoint", json =>
    {
        WritePlace(json, checkpoint);
        json.WriteBoolean("best", checkpoint.IsBest);
    });

    public override void Warning(string file, string message) => Write("warning", json =>
    {
        json.WriteString("file", file);
        json.WriteString("message", message);
    });

    public override void Judged(EarlyStopping stopping) => Write("judged", json =>
    {
        json.WriteNumber("best_epoch", stopping.BestEpoch);
        json.WriteBoolean("stopped_early", stopping.StoppedEpoch > 0);
        json.WriteBoolean("restored_best", stopping.RestoreBestWeights);
    });

    public override void EpochEnd(EpochResult result) => Write("epoch", json =>
    {
        json.WriteNumber("epoch", result.Epoch);
        WriteNumber(json, "loss", result.Loss);
        WriteNumber(json, "accuracy", result.Accuracy);
        WriteNumber(json, "val_loss", result.ValidationLoss);
        WriteNumber(json, "val_accuracy", result.ValidationAccuracy);
        WriteNumber(json, "train_images_per_second", result.TrainImagesPerSecond);
        WriteNumber(json, "val_images_per_second", result.ValidationImagesPerSecond);
        WriteNumber(json, "seconds", result.Seconds);
    });

    public override void Profile(MeasuredProfile measured) => Write("profile", json =>
    {
        json.WriteNumber("steps", measured.Profile.Steps);
        WriteNumber(json, "wall_seconds", measured.Profile.WallSeconds);
        WriteNumber(json, "peak_gflops", measured.PeakGflops);
        json.WriteBoolean("disturbed", measured.IsDisturbed);
        json.WriteStartArray("rows");
        foreach (ProfileRow row in measured.Profile.Rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            WriteNumber(json, "forward_seconds", row.ForwardSeconds);
            WriteNumber(json, "backward_seconds", row.BackwardSeconds);
            WriteNumber(json, "forward_flop", row.ForwardFlop);
            WriteNumber(json, "backward_flop", row.BackwardFlop);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public override void Test(Evaluation evaluation) => Write("test", json =>
    {
        WriteNumber(json, "loss", evaluation.Loss);
        WriteNumber(json, "accuracy", evaluation.Accuracy);
        WriteNumber(json, "images_per_second", evaluation.ImagesPerSecond);
    });

    public override void Prediction(Prediction prediction) => Write("prediction", json =>
    {
        json.WriteString("file", prediction.File);
        WriteNumber(json, "digit", prediction.Other is null ? prediction.Digit : null);
        if (Names.Any)
        {
            json.WriteString("class", prediction.Other is null ? Names[prediction.Digit] : null);
        }

        json.WritePropertyName("probability");
        WriteValue(json, prediction.Other is null ? prediction.Probabilities[prediction.Digit] : float.NaN);
        json.WriteStartArray("probabilities");
        foreach (float probability in prediction.Probabilities)
        {
            WriteValue(json, probability);
        }

        json.WriteEndArray();
        if (prediction.Test is { } test)
        {
            json.WriteNumber("index", test.Index);
            json.WriteNumber("label", test.Label);
        }

        if (prediction.Other is { } sign)
        {
            json.WriteString("other", MarkWords.Word(sign));
        }

        WriteRemarks(json, prediction.Remarks);
    });

    public override void Runs(IReadOnlyList<RunRecord> runs)
    {
        foreach (RunRecord run in runs)
        {
            Write("run", json => WriteRun(json, run));
        }
    }

    public override void Inspection(DatasetInspection inspection, LabelledImages train) => Write("data", json =>
    {
        json.WriteNumber("height", train.Height);
        json.WriteNumber("width", train.Width);
        WriteCounts(json, "train", inspection.Training);
        WriteCounts(json, "test", inspection.Test);
        json.WriteNumber("blank_train", inspection.BlankTraining);
        json.WriteNumber("blank_test", inspection.BlankTest);
        json.WriteNumber("repeated_train", inspection.RepeatedTraining);
        json.WriteNumber("repeated_test", inspection.RepeatedTest);
        json.WriteNumber("shared", inspection.Shared);
        json.WriteNumber("contradicting", inspection.Contradicting);
    });

    public override void Report(string page) => Write("report", json => json.WriteString("file", page));

    public override void Lines(SheetPrediction prediction) => Write("lines", json =>
    {
        json.WriteString("file", prediction.File);
        json.WriteTexts("lines", prediction.Reading.Lines);
        json.WriteStartArray("digits");
        foreach (FoundDigit digit in prediction.Reading.Digits)
        {
            json.WriteStartObject();
            json.WriteNumber("digit", digit.Digit);
            json.WritePropertyName("probability");
            WriteValue(json, digit.Probability);
            json.WriteBox(digit.Box);
            json.WriteNumber("line", digit.Line);
            if (digit.Column is { } column)
            {
                json.WriteNumber("column", column);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (prediction.Reading.Grid is { } grid)
        {
            json.WriteStartObject("grid");
            json.WriteNumber("rows", grid.Rows);
            json.WriteNumber("columns", grid.Columns);
            json.WriteEndObject();
        }

        if (prediction.Reading.Marks.Count > 0)
        {
            json.WriteStartArray("other");
            foreach (FoundMark mark in prediction.Reading.Marks)
            {
                json.WriteStartObject();
                json.WriteString("kind", MarkWords.Word(mark.Kind));
                json.WriteBox(mark.Box);
                json.WriteNumber("line", mark.Line);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    });

    public override void Serving(ServingNote note) => Write("serving", json =>
    {
        json.WriteTexts("addresses", note.Urls);
        json.WriteString("certificate_sha256", note.Fingerprint);
    });

    public override void Error(Failure failure) => Write("error", json =>
    {
        json.WriteString("file", failure.File);
        json.WriteString("message", failure.Message);
        json.WriteNumber("exit_code", (int)failure.ExitCode);
    });

    public override void Done(RunEnd end) => Write("done", json =>
    {
        json.WriteString("model", end.Models.Count == 1 ? end.Models[0] : null);
        if (end.Models.Count > 1)
        {
            json.WriteTexts("models", end.Models);
        }

        json.WriteString("weights_sha256", end.WeightsSha256);
        WriteNumber(json, "seconds", end.Seconds);
    });

    public override void Dispose()
    {
        // Closing a file would write once more what could not be written, and fail again. The standard output is not ours to close.
        if (path is not null && !_isBroken)
        {
            writer.Dispose();
        }
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyList<int> counts)
    {
        json.WriteStartArray(name);
        foreach (int count in counts)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
    }

    private static void WriteRun(Utf8JsonWriter json, RunRecord run)
    {
        json.WriteString("folder", run.Folder);
        json.WriteBoolean("ended", run.Result is not null);
        if (run.Result is { } result)
        {
            json.WriteString("network", result.Network);
            json.WriteNumber("parameters", result.Parameters);
            json.WriteNumber("epochs", result.Epochs);
            WriteNumber(json, "seconds", result.Seconds);
            WriteNumber(json, "val_accuracy", result.ValidationAccuracy);
            WriteNumber(json, "test_loss", result.TestLoss);
            WriteNumber(json, "test_accuracy", result.TestAccuracy);
            json.WriteString("weights_sha256", result.WeightsSha256);
        }

        json.WriteStartObject("settings");
        foreach ((string name, string value) in run.Settings)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static void WriteRemarks(Utf8JsonWriter json, IReadOnlyList<string> remarks) => WriteNames(json, "remarks", remarks);

    /// <summary>Texts, where there are any.</summary>
    private static void WriteNames(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            json.WriteTexts(name, texts);
        }
    }

    private static void WritePlace(Utf8JsonWriter json, SavedCheckpoint checkpoint)
    {
        TrainingPosition position = checkpoint.Position;
        json.WriteString("file", checkpoint.File);
        json.WriteNumber("epoch", position.Epoch);
        json.WriteNumber("step", position.Part.Step > 0 ? position.Part.Step : position.StepsPerEpoch);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>A float in the digits that make this very float again, not those of the double it would become.</summary>
    private static void WriteValue(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private void Write(string name, Action<Utf8JsonWriter> writeFields)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Readable))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            writeFields(json);
            json.WriteEndObject();
        }

        try
        {
            writer.Write(Encoding.UTF8.GetString(_line.WrittenSpan) + "\n");
            writer.Flush();
        }
        catch (IOException failure) when (path is not null)
        {
            _isBroken = true;
            throw AtomicFile.Unwritable(path, failure);
        }
    }
}
