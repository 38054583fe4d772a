using System.Text.Json;
using NeuralCore.Capstone;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Tests;
using NeuralCore.Web.Page;
using Xunit;

namespace NeuralCore.Web.Tests;

/// <summary>What the page's worker does, without a browser.</summary>
public sealed class SessionTests : IDisposable
{
    private const int Side = 140;
    private readonly Session _session = new();

    public SessionTests() => _session.Load(File.ReadAllBytes(Digits.Model), "digits.onnx");

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_drawing_is_one_digit_or_a_number()
    {
        Assert.Equal("3", Read(Digits.Ink(Side, Digits.Three)));
        Assert.Equal("1", Read(Digits.Ink(Side, Digits.One)));
        Assert.Equal("31", Read(Digits.Ink(Side, Placed(Digits.Three, 0.02), Placed(Digits.One, 0.5))));
        Assert.Equal("", Read(new byte[Side * Side]));
        Assert.Throws<ArgumentException>(() => _session.Frame(new byte[Side * Side], Side, Side));
    }

    [Fact]
    public void What_a_drawing_looks_like_to_the_network_is_one_of_its_pictures()
    {
        byte[] ink = Digits.Ink(Side, Digits.Three);
        JsonElement digit = Parse(_session.ReadDrawing(ink, Side, Side)).GetProperty("digits")[0];
        byte[] picture = digit.GetProperty("picture").GetBytesFromBase64();
        Assert.Equal(_session.Frame(ink, Side, Side), picture);
        Assert.Equal(Samples.Size, picture.Length);
        Assert.Equal(_session.Predict(picture).Select(p => Math.Round(p, 6)), digit.GetProperty("probabilities").EnumerateArray().Select(p => p.GetDouble()), (a, b) => Math.Abs(a - b) < 2e-6);
        byte[] saliency = _session.Saliency(picture, 3);
        Assert.Equal(Samples.Size, saliency.Length);
        Assert.Equal(255, saliency.Max());
        JsonElement[] layers = [.. Parse(_session.FeatureMaps(picture)).GetProperty("layers").EnumerateArray()];
        Assert.NotEmpty(layers);
        Assert.All(layers, layer => Assert.Equal(
            layer.GetProperty("width").GetInt32() * layer.GetProperty("height").GetInt32() * layer.GetProperty("channels").GetInt32(),
            layer.GetProperty("maps").GetBytesFromBase64().Length));
    }

    [Fact]
    public void A_sheet_is_read_in_lines()
    {
        (byte[] gray, int width, int height, string[] lines) = Digits.Sheet(first: 0, rows: 3, columns: 6, scale: 2);
        JsonElement read = Parse(_session.ReadPhoto([.. gray.SelectMany(v => new[] { v, v, v, (byte)255 })], width, height));
        Assert.Equal(lines, read.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!));
        Assert.False(read.TryGetProperty("single", out _));
    }

    [Fact]
    public void A_model_of_whole_pictures_names_what_a_photo_shows_and_takes_no_drawings()
    {
        using var folder = new TemporaryFolder();
        string file = Digits.ColourModel(folder);
        Assert.True(Parse(_session.Load(File.ReadAllBytes(file), "colours.safetensors")).GetProperty("takesWholePictures").GetBoolean());
        byte[] photo = [.. Enumerable.Repeat((byte[])[40, 200, 60, 255], 24 * 18).SelectMany(pixel => pixel)];
        foreach (string answer in (string[])[_session.ReadPhoto(photo, 24, 18), _session.ReadLine(photo, 24, 18)])
        {
            JsonElement read = Parse(answer);
            Assert.Equal(1, read.GetProperty("single").GetProperty("label").GetInt32());
            Assert.Empty(read.GetProperty("digits").EnumerateArray());
        }

        Assert.Contains("under Photo", Assert.Throws<ArgumentException>(() => _session.ReadDrawing(Digits.Ink(Side, Digits.Three), Side, Side)).Message);

        // What was done to pictures is in a saved file, too.
        _session.Load(_session.Save(".onnx"), "again.onnx");
        Assert.Equal(1, Parse(_session.ReadPhoto(photo, 24, 18)).GetProperty("single").GetProperty("label").GetInt32());
    }

    [Theory]
    [InlineData(".safetensors")]
    [InlineData(".onnx")]
    [InlineData(".keras")]
    [InlineData(".h5")]
    public void A_saved_model_loads_again(string extension)
    {
        byte[] picture = _session.Frame(Digits.Ink(Side, Digits.Three), Side, Side);
        double[] before = _session.Predict(picture);
        _session.Load(_session.Save(extension), "again" + extension);
        Assert.Equal(before, _session.Predict(picture));
    }

    [Fact]
    public void What_is_no_model_is_refused_in_one_sentence_and_the_old_one_stays()
    {
        DataFileException failure = Assert.Throws<DataFileException>(() => _session.Load("no model"u8.ToArray(), "notes.onnx"));
        Assert.Contains("notes.onnx", failure.Message);
        Assert.DoesNotContain(Path.GetTempPath(), failure.Message);
        Assert.Equal("3", Read(Digits.Ink(Side, Digits.Three)));
    }

    /// <summary>As in the worker of a page that was published with a project of one's own.</summary>
    [Fact]
    public void A_model_with_a_layer_of_ones_own_reads_drawings()
    {
        Value input = Value.Input(Zoo.MnistImage, Preprocessing.Scale);
        Value maps = new Residual(4).Apply(new Conv2D(4, kernelSize: 3, strides: 2).Apply(input));
        using var model = new Model(input, new Dense(10, Activation.Softmax).Apply(new Flatten().Apply(maps)));
        model.Compile(new Adagrad(0.01), backend: CpuBackend.Create(1), seed: 1);
        OwnParts.Register();
        using var folder = new TemporaryFolder();
        model.Save(folder.File("own.safetensors"));
        _session.Load(File.ReadAllBytes(folder.File("own.safetensors")), "own.safetensors");
        JsonElement digit = Parse(_session.ReadDrawing(Digits.Ink(Side, Digits.Three), Side, Side)).GetProperty("digits")[0];
        byte[] picture = digit.GetProperty("picture").GetBytesFromBase64();
        Assert.Equal(model.Predict((ReadOnlySpan<byte>)picture).Select(p => (double)p), _session.Predict(picture));
        Assert.Contains("squared", _session.FeatureMaps(picture), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Two invented marks, ten samples of each; with known digits rehearsed.</summary>
    [Fact]
    public void Two_marks_are_learnt_and_digits_are_not_forgotten()
    {
        var marks = new List<(byte[] Picture, byte Label)>();
        for (int i = 0; i < 10; i++)
        {
            marks.Add((Picture(Digits.Star(i)), 10));
            marks.Add((Picture(Digits.Window(i)), 11));
        }

        Samples known = Digits.Train(10_000, 1000), test = Digits.Test(0, 2000);
        double before = Right(test);
        _session.BeginLesson([.. marks.SelectMany(mark => mark.Picture)], [.. marks.Select(mark => mark.Label)], """["0","1","2","3","4","5","6","7","8","9","star","window"]""", known.Pixels, known.Labels);
        JsonElement state;
        do
        {
            state = Parse(_session.GoOnWithLesson());
        }
        while (state.GetProperty("epoch").GetInt32() < state.GetProperty("epochs").GetInt32());

        JsonElement end = Parse(_session.EndLesson());
        Assert.Equal(0, end.GetProperty("lesson").GetProperty("ownBefore").GetDouble());
        Assert.Equal(1, end.GetProperty("lesson").GetProperty("ownAfter").GetDouble());
        Assert.Equal("window", end.GetProperty("model").GetProperty("classes")[11].GetString());
        Assert.True(Right(test) >= before - 0.005, $"Of digits {before:P2} were right before and {Right(test):P2} after.");
        for (int i = 100; i < 120; i++)
        {
            Assert.Equal(10, Best(Picture(Digits.Star(i))));
            Assert.Equal(11, Best(Picture(Digits.Window(i))));
        }

        // What was learnt is in the file, names and all.
        string described = _session.Load(_session.Save(".onnx"), "taught.onnx");
        Assert.Contains("star", described);
        Assert.Equal(10, Best(Picture(Digits.Star(7))));
    }

    [Fact]
    public void A_lesson_without_samples_or_names_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _session.BeginLesson([], [], "[]", [], []));
        Assert.Throws<ArgumentException>(() => _session.BeginLesson(new byte[Samples.Size], [10], """["0","1","2","3","4","5","6","7","8","9"]""", [], []));
    }

    [Fact]
    public void The_small_network_learns_turn_by_turn()
    {
        Samples train = Digits.Train(0, 3000), test = Digits.Test(0, 500), all = train.With(test);
        Assert.Equal(3000, Parse(_session.BeginTraining(all.Pixels, all.Labels, test.Count, seed: 1)).GetProperty("train").GetInt32());
        while (Parse(_session.GoOnWithTraining(50)).GetProperty("epochs").GetDouble() < 3)
        {
        }

        Assert.True(Parse(_session.TestTraining()).GetProperty("accuracy").GetDouble() > 0.9);
        Assert.Equal(13_066, Parse(_session.TakeTrained()).GetProperty("parameters").GetInt32());
        Assert.True(Right(test) > 0.9);
        Assert.Throws<ArgumentException>(() => _session.BeginTraining(all.Pixels, all.Labels, all.Count, seed: 1));
    }

    private static IReadOnlyList<(double X, double Y)> Placed(IReadOnlyList<(double X, double Y)> stroke, double left) =>
        [.. stroke.Select(point => (left + (0.5 * (point.X - 0.1)), 0.25 + (0.5 * point.Y)))];

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private byte[] Picture(IReadOnlyList<(double X, double Y)> stroke) => _session.Frame(Digits.Ink(Side, stroke), Side, Side);

    private int Best(byte[] picture)
    {
        double[] p = _session.Predict(picture);
        return Array.IndexOf(p, p.Max());
    }

    private double Right(Samples samples) =>
        Enumerable.Range(0, samples.Count).Count(i => Best(samples.Pixels[(i * Samples.Size)..((i + 1) * Samples.Size)]) == samples.Labels[i]) / (double)samples.Count;

    private string Read(byte[] ink) =>
        string.Concat(Parse(_session.ReadDrawing(ink, Side, Side)).GetProperty("digits").EnumerateArray().Select(digit => digit.GetProperty("label").GetInt32()));
}
