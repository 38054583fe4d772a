using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NeuralCore.Data;
using NeuralCore.Imaging.Decoding;
using NeuralCore.Trainer.Commands;
using NeuralCore.Trainer.Output;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Trainer.Serving;

/// <summary>
/// Answers <c>POST /predict</c>: takes a picture and gives JSON. Small pictures are read by as many threads as there are processors, large ones one at a
/// time, so that small ones need not wait for them. A bounded number of requests waits; further ones are refused with status 503.
/// </summary>
/// <param name="models">The models that read together.</param>
/// <param name="names">A name for each of the models.</param>
/// <param name="notes">What the first model's file says of its classes and of the pictures that it takes; nothing for digits.</param>
internal sealed class PredictEndpoint(Ensemble models, IReadOnlyList<string> names, ModelNotes? notes = null)
{
    private const int MostWaiting = 256, MostLargeWaiting = 8;

    /// <summary>A file beyond this many bytes is large, and so is a sheet.</summary>
    private const int LargeBytes = 256 << 10;

    private const int MostPixels = 24 << 20;
    private const int MostUploads = 8, MostUploadsWaiting = 64;
    private static readonly string TooLarge = $"A picture has at most {WebServer.MostBytes >> 20} MiB.";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10), LongestUpload = TimeSpan.FromSeconds(60);

    private readonly ModelNotes _notes = notes ?? ModelNotes.None;
    private readonly Alphabet _alphabet = (notes ?? ModelNotes.None).AlphabetOf(models.Classes);
    private readonly PicturePreparation? _preparation = (notes ?? ModelNotes.None).PreparationFor(models.ItemShape);
    private readonly WorkQueue _small = new(Environment.ProcessorCount, MostWaiting);
    private readonly WorkQueue _large = new(1, MostLargeWaiting);
    private readonly WorkQueue _uploads = new(MostUploads, MostUploadsWaiting);

    /// <summary>Reads a drawn stroke, so that the runtime has compiled what reads pictures when the first request comes; it takes half a second.</summary>
    public void WarmUp()
    {
        const int size = 56;
        byte[] pixels = new byte[size * size * ColourImage.Channels];
        pixels.AsSpan().Fill(byte.MaxValue);
        for (int y = size / 4; y < size * 3 / 4; y++)
        {
            pixels.AsSpan(((y * size) + (size / 2)) * ColourImage.Channels, 4 * ColourImage.Channels).Clear();
        }

        Read(new ColourImage(size, size, pixels), "digit");
    }

    /// <summary>Answers a request.</summary>
    public async Task Answer(HttpContext context)
    {
        string content = context.Request.Query["content"].FirstOrDefault() ?? "digit";
        if (content is not ("digit" or "lines" or "grid"))
        {
            await Refuse(context, StatusCodes.Status400BadRequest, "The parameter content is one of digit, lines and grid.");
            return;
        }

        if (await Upload(context) is not { } file)
        {
            return;
        }

        WorkQueue queue = content == "digit" && file.Length <= LargeBytes ? _small : _large;
        if (!await queue.Enter(LongestWait, context.RequestAborted))
        {
            await RefuseWork(context);
            return;
        }

        byte[] answer;
        try
        {
            // Off the thread that serves the connection: a picture takes milliseconds to seconds.
            answer = await Task.Run(() => Read(file, content));
        }
        catch (DataFileException failure)
        {
            await Refuse(context, StatusCodes.Status422UnprocessableEntity, failure.Message);
            return;
        }
        finally
        {
            queue.Leave();
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    /// <summary>Says why there is no answer.</summary>
    public static async Task Refuse(HttpContext context, int status, string sentence)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Json(json => json.WriteString("error", sentence)), context.RequestAborted);
    }

    private static Task RefuseWork(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Refuse(context, StatusCodes.Status503ServiceUnavailable, "The server is overloaded: try again in a second.");
    }

    /// <summary>The whole body; null if it was refused. Bodies that are large, or do not give their length, are received a few at a time, which bounds the memory that all take together.</summary>
    private async Task<byte[]?> Upload(HttpContext context)
    {
        if (context.Request.ContentLength > WebServer.MostBytes)
        {
            await Refuse(context, StatusCodes.Status413PayloadTooLarge, TooLarge);
            return null;
        }

        if (context.Request.ContentLength <= LargeBytes)
        {
            return await Body(context);
        }

        if (!await _uploads.Enter(LongestWait, context.RequestAborted))
        {
            await RefuseWork(context);
            return null;
        }

        try
        {
            return await Body(context);
        }
        finally
        {
            _uploads.Leave();
        }
    }

    private static async Task<byte[]?> Body(HttpContext context)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(LongestUpload);
        try
        {
            // The buffer grows with what arrives: the length that a client declares reserves no memory.
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, time.Token);
            if (body.Length > 0)
            {
                return body.ToArray();
            }

            await Refuse(context, StatusCodes.Status400BadRequest, "The request has no picture: send the bytes of a PNG, JPEG, WebP, BMP, GIF or TIFF file as its body.");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Refuse(context, StatusCodes.Status408RequestTimeout, $"The picture did not arrive within {LongestUpload.TotalSeconds:0} seconds.");
        }
        catch (BadHttpRequestException failure)
        {
            string sentence = failure.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : "The picture arrived incomplete, or too slowly.";
            await Refuse(context, failure.StatusCode, sentence);
        }

        return null;
    }

    private byte[] Read(byte[] file, string content) => Read(ImageFile.Read(file, "picture", MostPixels), content);

    private byte[] Read(ColourImage photo, string content) =>
        _preparation is { Kind: PictureKind.Picture } preparation ? Whole(photo, preparation) : content switch
        {
            "digit" => Digit(DigitReader.Read(photo, models, isDigit: _preparation?.Kind == PictureKind.Digit) ?? throw new DataFileException("picture", "No ink was found in the picture; use one of a digit that stands out from its paper.")),
            "lines" => Sheet(SheetReader.Read(photo, models, alphabet: _alphabet).EnlargedBy(photo.Reduction)),
            _ => Sheet((SheetReader.ReadGrid(photo, models, alphabet: _alphabet) ?? throw new DataFileException("picture", "No grid was found in the picture; use one that shows all of its lines.")).EnlargedBy(photo.Reduction)),
        };

    private byte[] Whole(ColourImage photo, PicturePreparation preparation)
    {
        var pixels = new byte[preparation.Length];
        return preparation.Apply(photo, pixels) is { } fault
            ? throw new DataFileException("picture", $"The picture {fault}; send a larger one.")
            : Json(json =>
            {
                WriteAnswer(json, _notes.Predict(models, pixels));
                json.WriteNull("mark");
                json.WriteBoolean("several", false);
                WriteMembers(json, pixels);
            });
    }

    private byte[] Digit(DigitReading reading) => Json(json =>
    {
        WriteAnswer(json, reading.Probabilities);
        json.WriteString("mark", reading.Mark?.ToString().ToLowerInvariant());
        json.WriteBoolean("several", reading.IsOneOfSeveral);
        WriteMembers(json, reading.Picture.ToBytes());
    });

    /// <summary>What each of several models says alone.</summary>
    private void WriteMembers(Utf8JsonWriter json, byte[] picture)
    {
        if (models.Members.Count == 1)
        {
            return;
        }

        json.WriteStartArray("models");
        foreach ((Model member, string name) in models.Members.Zip(names))
        {
            json.WriteStartObject();
            json.WriteString("model", name);
            WriteAnswer(json, _notes.Predict(member, picture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The most probable class, its name if it has one, and the probabilities.</summary>
    private void WriteAnswer(Utf8JsonWriter json, float[] probabilities)
    {
        int answer = Array.IndexOf(probabilities, probabilities.Max());
        json.WriteNumber("digit", answer);
        if (_notes.ClassNames is not null)
        {
            json.WriteString("class", _alphabet.NameOf(answer));
        }

        WriteProbabilities(json, probabilities);
    }

    private static byte[] Sheet(SheetReading reading) => Json(json =>
    {
        json.WriteTexts("lines", reading.Lines);
        json.WriteStartArray("digits");
        foreach (FoundDigit digit in reading.Digits)
        {
            json.WriteStartObject();
            json.WriteNumber("digit", digit.Digit);
            if (reading.Alphabet.HasLetters)
            {
                json.WriteString("class", reading.Alphabet.NameOf(digit.Digit));
            }

            json.WriteNumber("probability", Math.Round(digit.Probability, 6));
            json.WriteNumber("line", digit.Line);
            json.WriteBox(digit.Box);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void WriteProbabilities(Utf8JsonWriter json, float[] probabilities)
    {
        json.WriteStartArray("probabilities");
        foreach (float probability in probabilities)
        {
            json.WriteNumberValue(Math.Round(probability, 6));
        }

        json.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
