using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using NeuralCore.Files;
using NeuralCore.Trainer.Commands;

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
    private ClassNames _names = new();
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

    public override void Show(RunEvent shown)
    {
        switch (shown)
        {
            case ClassesNamed classes:
                _names = classes.Names;
                break;
            case RunStart start:
                Write("start", start, JsonFields.Write);
                break;
            case NetworkSummary summary:
                Write("summary", summary.Model, JsonFields.Write);
                break;
            case Resumption resumption:
                Write("resume", resumption.Start, JsonFields.WritePlace);
                break;
            case CheckpointWritten checkpoint:
                Write("checkpoint", checkpoint.Checkpoint, JsonFields.Write);
                break;
            case Warning warning:
                Write("warning", warning, JsonFields.Write);
                break;
            case EpochEnd epoch:
                Write("epoch", epoch.Result, JsonFields.Write);
                break;
            case Judgement judgement:
                Write("judged", judgement.Stopping, JsonFields.Write);
                break;
            case MeasuredProfile profile:
                Write("profile", profile, JsonFields.Write);
                break;
            case TestResult test:
                Write("test", test.Evaluation, JsonFields.Write);
                break;
            case Prediction prediction:
                Write("prediction", prediction, (json, seen) => JsonFields.Write(json, seen, _names));
                break;
            case SheetPrediction sheet:
                Write("lines", sheet, JsonFields.Write);
                break;
            case KeptRuns runs:
                foreach (RunRecord run in runs.Runs)
                {
                    Write("run", run, JsonFields.Write);
                }

                break;
            case DataInspected data:
                Write("data", data, JsonFields.Write);
                break;
            case ReportWritten report:
                Write("report", report, JsonFields.Write);
                break;
            case ServingNote note:
                Write("serving", note, JsonFields.Write);
                break;
            case RunFailure failure:
                Write("error", failure.Failure, JsonFields.Write);
                break;
            case RunEnd end:
                Write("done", end, JsonFields.Write);
                break;
        }
    }

    public override void Dispose()
    {
        // Closing a file would write once more what could not be written, and fail again. The standard output is not ours to close.
        if (path is not null && !_isBroken)
        {
            writer.Dispose();
        }
    }

    private void Write<T>(string name, T content, Action<Utf8JsonWriter, T> writeFields)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Readable))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            writeFields(json, content);
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
