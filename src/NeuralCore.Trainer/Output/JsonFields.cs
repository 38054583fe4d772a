using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;
using NeuralCore.Vision.Segmentation;

namespace NeuralCore.Trainer.Output;

/// <summary>What the JSON object of each event holds. Programs read these names, so they stay.</summary>
internal static class JsonFields
{
    public static void Write(Utf8JsonWriter json, RunStart start)
    {
        IBackend<float> backend = start.Model.Backend;
        json.WriteString("backend", backend.Name);
        json.WriteString(start.IsOnDevice ? "device" : "simd", backend.Simd);
        json.WriteNumber("threads", backend.Threads);
        if (start.Ranks > 1)
        {
            json.WriteNumber("ranks", start.Ranks);
        }

        json.WriteNumber("seed", start.Seed);
    }

    public static void Write(Utf8JsonWriter json, Model model)
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
            WriteTextsIfAny(json, "inputs", layer.Inputs);

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The checkpoint that a training continues from: all of it but whether it is the best.</summary>
    public static void WritePlace(Utf8JsonWriter json, SavedCheckpoint checkpoint)
    {
        TrainingPosition position = checkpoint.Position;
        json.WriteString("file", checkpoint.File);
        json.WriteNumber("epoch", position.Epoch);
        json.WriteNumber("step", position.Part.Step > 0 ? position.Part.Step : position.StepsPerEpoch);
    }

    public static void Write(Utf8JsonWriter json, SavedCheckpoint checkpoint)
    {
        WritePlace(json, checkpoint);
        json.WriteBoolean("best", checkpoint.IsBest);
    }

    public static void Write(Utf8JsonWriter json, Warning warning)
    {
        json.WriteString("file", warning.File);
        json.WriteString("message", warning.Message);
    }

    public static void Write(Utf8JsonWriter json, EarlyStopping stopping)
    {
        json.WriteNumber("best_epoch", stopping.BestEpoch);
        json.WriteBoolean("stopped_early", stopping.StoppedEpoch > 0);
        json.WriteBoolean("restored_best", stopping.RestoreBestWeights);
    }

    public static void Write(Utf8JsonWriter json, EpochResult result)
    {
        json.WriteNumber("epoch", result.Epoch);
        WriteNumber(json, "loss", result.Loss);
        WriteNumber(json, "accuracy", result.Accuracy);
        WriteNumber(json, "val_loss", result.ValidationLoss);
        WriteNumber(json, "val_accuracy", result.ValidationAccuracy);
        WriteNumber(json, "train_images_per_second", result.TrainImagesPerSecond);
        WriteNumber(json, "val_images_per_second", result.ValidationImagesPerSecond);
        WriteNumber(json, "seconds", result.Seconds);
    }

    public static void Write(Utf8JsonWriter json, MeasuredProfile measured)
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
    }

    public static void Write(Utf8JsonWriter json, Evaluation evaluation)
    {
        WriteNumber(json, "loss", evaluation.Loss);
        WriteNumber(json, "accuracy", evaluation.Accuracy);
        WriteNumber(json, "images_per_second", evaluation.ImagesPerSecond);
    }

    public static void Write(Utf8JsonWriter json, Prediction prediction, ClassNames names)
    {
        json.WriteString("file", prediction.File);
        WriteNumber(json, "digit", prediction.Other is null ? prediction.Digit : null);
        if (names.Any)
        {
            json.WriteString("class", prediction.Other is null ? names[prediction.Digit] : null);
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

        WriteTextsIfAny(json, "remarks", prediction.Remarks);
    }

    public static void Write(Utf8JsonWriter json, RunRecord run)
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

    public static void Write(Utf8JsonWriter json, DataInspected data)
    {
        json.WriteNumber("height", data.Images.Height);
        json.WriteNumber("width", data.Images.Width);
        WriteCounts(json, "train", data.Found.Training);
        WriteCounts(json, "test", data.Found.Test);
        json.WriteNumber("blank_train", data.Found.BlankTraining);
        json.WriteNumber("blank_test", data.Found.BlankTest);
        json.WriteNumber("repeated_train", data.Found.RepeatedTraining);
        json.WriteNumber("repeated_test", data.Found.RepeatedTest);
        json.WriteNumber("shared", data.Found.Shared);
        json.WriteNumber("contradicting", data.Found.Contradicting);
    }

    public static void Write(Utf8JsonWriter json, ReportWritten report) => json.WriteString("file", report.Page);

    public static void Write(Utf8JsonWriter json, SheetPrediction prediction)
    {
        json.WriteString("file", prediction.File);
        json.WriteTexts("lines", prediction.Reading.Lines);
        json.WriteStartArray("digits");
        foreach (FoundDigit digit in prediction.Reading.Digits)
        {
            json.WriteStartObject();
            json.WriteNumber("digit", digit.Digit);
            if (prediction.Reading.Alphabet.HasLetters)
            {
                json.WriteString("class", prediction.Reading.Alphabet.NameOf(digit.Digit));
            }

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
    }

    public static void Write(Utf8JsonWriter json, ServingNote note)
    {
        json.WriteTexts("addresses", note.Urls);
        json.WriteString("certificate_sha256", note.Fingerprint);
    }

    public static void Write(Utf8JsonWriter json, Failure failure)
    {
        json.WriteString("file", failure.File);
        json.WriteString("message", failure.Message);
        json.WriteNumber("exit_code", (int)failure.ExitCode);
    }

    public static void Write(Utf8JsonWriter json, RunEnd end)
    {
        json.WriteString("model", end.Models.Count == 1 ? end.Models[0] : null);
        if (end.Models.Count > 1)
        {
            json.WriteTexts("models", end.Models);
        }

        json.WriteString("weights_sha256", end.WeightsSha256);
        WriteNumber(json, "seconds", end.Seconds);
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

    /// <summary>Texts, where there are any.</summary>
    private static void WriteTextsIfAny(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            json.WriteTexts(name, texts);
        }
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
}
