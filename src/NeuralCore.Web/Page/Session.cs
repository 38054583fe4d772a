using NeuralCore.Files;
using NeuralCore.Vision.Pixels;
using NeuralCore.Vision.Segmentation;
using NeuralCore.Vision.Stages;

namespace NeuralCore.Web.Page;

/// <summary>
/// One visit to the page: the model that reads, and what is being learnt. It runs on one thread, in any process; the page's worker is one.
/// Answers are JSON; the scripts in wwwroot/js read their members by the names written here.
/// </summary>
internal sealed class Session : IDisposable
{
    private LoadedModel? _model;
    private Lesson? _lesson;
    private Training? _training;

    /// <summary>The model, if it reads signs on paper.</summary>
    private LoadedModel ModelOfSigns => !Model.TakesWholePictures ? Model : throw new ArgumentException("This model knows whole pictures, not drawings: show it some under Photo.");

    private LoadedModel Model => _model ?? throw new InvalidOperationException("There is no model yet: load one.");

    /// <summary>Replaces the model by one from a file. One that cannot be read leaves the old one.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">Its name, whose extension may say what it is.</param>
    /// <returns>What the page shows of it.</returns>
    public string Load(byte[] file, string name)
    {
        LoadedModel loaded = LoadedModel.Read(file, name);
        _model?.Dispose();
        _model = loaded;
        return loaded.Describe();
    }

    /// <summary>The bytes of a file of the model, without the optimiser's state.</summary>
    /// <param name="extension">One of a model file's extensions, such as <c>.onnx</c>.</param>
    public byte[] Save(string extension) => Model.Write(extension);

    /// <summary>Reads a drawing: its digits, one or a number.</summary>
    /// <param name="ink">How much ink is on each pixel, 0 to 255, row-major.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public string ReadDrawing(byte[] ink, int width, int height)
    {
        IReadOnlyList<DrawnDigit> digits = DrawingReader.Read(Drawn(ink, width, height), ModelOfSigns.Network, ModelOfSigns.Alphabet);
        return Json.Object(json => json.WriteObjects("digits", digits, digit =>
        {
            json.WriteBox(digit.Box);
            json.WriteNumber("label", digit.Digit);
            json.WriteNumbers("probabilities", digit.Probabilities);
            json.WriteBase64String("picture", digit.Picture);
        }));
    }

    /// <summary>What the network sees of a drawing that is one sign: 28x28 pixels.</summary>
    /// <exception cref="ArgumentException">Nothing is drawn.</exception>
    public byte[] Frame(byte[] ink, int width, int height) =>
        DrawingReader.Frame(Drawn(ink, width, height)) ?? throw new ArgumentException("There is no drawing to keep.");

    /// <summary>Reads a photo: lines of digits, or a digit alone.</summary>
    /// <param name="rgba">Red, green, blue and opacity of each pixel, row-major.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public string ReadPhoto(byte[] rgba, int width, int height)
    {
        ColourImage photo = ColourImage.FromRgba(width, height, rgba);
        if (Model.TakesWholePictures)
        {
            return ReadWhole(photo);
        }

        SheetReading sheet = SheetReader.Read(photo, Model.Network, alphabet: Model.Alphabet);
        return Describe(sheet, sheet.Digits.Count <= 1 && DigitReader.Read(photo, Model.Network, isDigit: Model.Preparation.Kind == PictureKind.Digit) is { Mark: null } single ? single.Probabilities : null);
    }

    /// <summary>Reads a frame of the camera: lines of signs only, which is faster than <see cref="ReadPhoto"/>, or the whole picture.</summary>
    public string ReadLine(byte[] rgba, int width, int height)
    {
        ColourImage frame = ColourImage.FromRgba(width, height, rgba);
        return Model.TakesWholePictures ? ReadWhole(frame) : Describe(SheetReader.Read(frame, Model.Network, alphabet: Model.Alphabet), null);
    }

    /// <summary>The probabilities of a picture of 28x28.</summary>
    public double[] Predict(byte[] picture) => Array.ConvertAll(Model.Network.Predict((ReadOnlySpan<byte>)picture), p => (double)p);

    /// <summary>How much an answer depends on each pixel: the magnitude of its score's gradient, scaled so that the largest is 255.</summary>
    /// <param name="picture">28x28 pixels, 0 to 255.</param>
    /// <param name="label">The answer.</param>
    public byte[] Saliency(byte[] picture, int label)
    {
        float[] gradient = Model.Network.InputGradient(Array.ConvertAll(picture, pixel => (float)pixel), label);
        float most = gradient.Max(MathF.Abs);
        return Array.ConvertAll(gradient, value => most > 0 ? (byte)MathF.Round(255 * MathF.Abs(value) / most) : (byte)0);
    }

    /// <summary>The output of each layer that gives feature maps.</summary>
    /// <param name="picture">28x28 pixels, 0 to 255.</param>
    public string FeatureMaps(byte[] picture)
    {
        float[] item = Array.ConvertAll(picture, pixel => (float)pixel);
        LayerCall[] calls = [.. Model.Network.Calls.Where(call => call.Output.Shape.Rank == 3 && call.Layer is not (Dropout or Input))];
        return Json.Object(json => json.WriteObjects("layers", calls, call =>
        {
            Shape shape = call.Output.Shape;
            json.WriteString("name", Model.Network.NameOf(call.Layer));
            json.WriteNumber("height", shape[0]);
            json.WriteNumber("width", shape[1]);
            json.WriteNumber("channels", shape[2]);
            json.WriteBase64String("maps", ByChannel(Model.Network.Activations(item, call.Layer), shape));
        }));
    }

    /// <summary>Prepares to learn from samples of the page's owner.</summary>
    /// <param name="pixels">The samples, 28x28 each.</param>
    /// <param name="labels">Their classes; those beyond the model's own are new.</param>
    /// <param name="names">The names of all classes, an array in JSON; the model's own if it is none.</param>
    /// <param name="knownPixels">Digits that are not to be forgotten.</param>
    /// <param name="knownLabels">Their classes.</param>
    public string BeginLesson(byte[] pixels, byte[] labels, string names, byte[] knownPixels, byte[] knownLabels)
    {
        _lesson?.Dispose();
        _lesson = new Lesson(ModelOfSigns, new Samples(pixels, labels), new Samples(knownPixels, knownLabels), ClassNamesText.Read(names) ?? Model.Classes);
        return _lesson.Describe();
    }

    /// <summary>Trains the lesson for an epoch.</summary>
    public string GoOnWithLesson() => _lesson!.GoOn();

    /// <summary>Ends the lesson and replaces the model by the taught one.</summary>
    public string EndLesson()
    {
        LoadedModel taught = _lesson!.Finish();
        string lesson = _lesson.Describe();
        _lesson.Dispose();
        _lesson = null;
        _model!.Dispose();
        _model = taught;
        return Json.Object(json =>
        {
            json.WritePropertyName("lesson");
            json.WriteRawValue(lesson);
            json.WritePropertyName("model");
            json.WriteRawValue(taught.Describe());
        });
    }

    /// <summary>Prepares the small network to be trained from nothing.</summary>
    /// <param name="pixels">Images, 28x28 each.</param>
    /// <param name="labels">Their digits.</param>
    /// <param name="testCount">How many of the last ones are kept to test with.</param>
    /// <param name="seed">The key of every random number.</param>
    public string BeginTraining(byte[] pixels, byte[] labels, int testCount, int seed)
    {
        _training?.Dispose();
        _training = new Training(new Samples(pixels, labels), testCount, (ulong)seed);
        return _training.Describe();
    }

    /// <summary>Trains for about this time.</summary>
    public string GoOnWithTraining(int milliseconds) => _training!.GoOn(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Tests the network that is being trained.</summary>
    public string TestTraining() => _training!.Test();

    /// <summary>Replaces the model by a copy of the trained network.</summary>
    public string TakeTrained()
    {
        LoadedModel trained = _training!.Copy();
        _model?.Dispose();
        _model = trained;
        return trained.Describe();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model?.Dispose();
        _lesson?.Dispose();
        _training?.Dispose();
    }

    private static Mask Drawn(byte[] ink, int width, int height)
    {
        var drawn = new bool[ink.Length];
        for (int i = 0; i < ink.Length; i++)
        {
            drawn[i] = ink[i] > 127;
        }

        return new Mask(width, height, drawn);
    }

    private string ReadWhole(ColourImage photo)
    {
        var pixels = new byte[Model.Preparation.Length];
        return Model.Preparation.Apply(photo, pixels) is { } fault
            ? throw new ArgumentException($"The picture {fault}: use a larger one.")
            : Describe(new SheetReading([]), Model.AveragesViews ? ViewAverage.Predict(Model.Network, pixels) : Model.Network.Predict((ReadOnlySpan<byte>)pixels));
    }

    private static string Describe(SheetReading sheet, float[]? single) => Json.Object(json =>
    {
        json.WriteBoolean("isGrid", sheet.Grid is not null);
        json.WriteObjects("digits", sheet.Digits, digit =>
        {
            json.WriteBox(digit.Box);
            json.WriteNumber("label", digit.Digit);
            json.WriteNumber("probability", Math.Round(digit.Probability, 6));
            json.WriteNumber("line", digit.Line);
            json.WriteBoolean("doubtful", digit.IsDoubtful);
        });
        json.WriteTexts("lines", sheet.Lines);
        if (single is not null)
        {
            json.WriteStartObject("single");
            json.WriteNumber("label", Array.IndexOf(single, single.Max()));
            json.WriteNumbers("probabilities", single);
            json.WriteEndObject();
        }
    });

    /// <summary>Height x width x channels as a picture for each channel, one after the other: 255 is the layer's largest value, 0 and what is below it is 0.</summary>
    private static byte[] ByChannel(float[] values, Shape shape)
    {
        (int pixels, int channels) = (shape[0] * shape[1], shape[2]);
        float most = values.Max();
        var maps = new byte[values.Length];
        for (int channel = 0; most > 0 && channel < channels; channel++)
        {
            for (int i = 0; i < pixels; i++)
            {
                maps[(channel * pixels) + i] = (byte)(255 * Math.Max(0, values[(i * channels) + channel]) / most);
            }
        }

        return maps;
    }
}
