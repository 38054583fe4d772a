using System.Diagnostics;
using System.Text.Json.Nodes;
using NeuralCore.Data;
using NeuralCore.Files.Hdf5;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>
/// HDF5's own library, by way of Python's h5py: it writes files as other versions of Keras do, and says what it sees in the files
/// written here.
/// </summary>
public sealed class H5PyTests(H5PyTests.ForeignFiles foreign) : IClassFixture<H5PyTests.ForeignFiles>
{
    [SkippableTheory]
    [InlineData("keras2")]
    [InlineData("keras2-variable-texts")]
    [InlineData("keras1-bare-list")]
    [InlineData("split-attributes")]
    [InlineData("functional-keras2")]
    [InlineData("functional-keras3")]
    [InlineData("hdf5-v18")]
    [InlineData("hdf5-latest")]
    [InlineData("hdf5-many-links")]
    [InlineData("hdf5-very-many-links")]
    [InlineData("hdf5-old-many-links")]
    [InlineData("hdf5-in-order")]
    [InlineData("hdf5-earliest-chunks")]
    [InlineData("hdf5-earliest-gzip")]
    [InlineData("hdf5-earliest-fletcher")]
    [InlineData("hdf5-earliest-all-filters")]
    [InlineData("hdf5-earliest-rows")]
    [InlineData("hdf5-earliest-gzip-rows")]
    [InlineData("hdf5-latest-chunks")]
    [InlineData("hdf5-latest-gzip")]
    [InlineData("hdf5-latest-fletcher")]
    [InlineData("hdf5-latest-all-filters")]
    [InlineData("hdf5-latest-rows")]
    [InlineData("hdf5-latest-gzip-rows")]
    [InlineData("hdf5-double")]
    [InlineData("activations-apart")]
    [InlineData("softmax-as-activation")]
    [InlineData("without-softmax")]
    [InlineData("rescaling")]
    [InlineData("reshape")]
    [InlineData("nested")]
    public void A_file_of_another_version_predicts_the_same(string name)
    {
        using Model expected = ModelFile.Load(KerasGoldenTests.Golden("keras-small.h5"));
        using Model actual = ModelFile.Load(foreign.File(name));
        Assert.Equal(expected.WeightsSha256(), actual.WeightsSha256());
        LabelledImages images = Mnist.LoadTest(Mnist.FindDirectory());
        Assert.Equal(expected.Predict(images.Pixels(3)), actual.Predict(images.Pixels(3)));
    }

    [SkippableTheory]
    [InlineData("p-re-lu", "'p_re_lu' of the class 'PReLU'")]
    [InlineData("hard-sigmoid", "'dense' of the class 'Dense' with 'hard_sigmoid' for 'activation'")]
    [InlineData("groups", "'2' for 'groups'")]
    [InlineData("kernel", "'3x5x7' for 'kernel_size'")]
    [InlineData("open-size", "leaves open of which size")]
    [InlineData("lstm", "'lstm' of the class 'LSTM'")]
    [InlineData("lzf", "gzip, shuffle and Fletcher's checksum are read")]
    [InlineData("branch", "'add' of the class 'Add'")]
    [InlineData("soft-link", "soft or external link")]
    [InlineData("weights-only", "weights without a network")]
    public void What_the_engine_lacks_is_refused_by_name(string name, string reason)
    {
        string path = foreign.File("refused-" + name);
        string message = Assert.Throws<DataFileException>(() => ModelFile.Load(path, new ReferenceBackend<float>())).Message;
        Assert.StartsWith($"The file '{path}' ", message);
        Assert.Contains(reason, message);
        Assert.EndsWith(".", message);
    }

    [SkippableFact]
    public void What_a_file_leaves_open_is_said()
    {
        Assert.Contains("ends without a softmax", Remarks("without-softmax"));
        Assert.Contains("does not say how its pixels were prepared", Remarks("keras2"));
        Assert.Empty(Remarks("rescaling"));

        string Remarks(string name)
        {
            var remarks = new List<string>();
            ModelFile.ReadArchitecture(foreign.File(name), remark: remarks.Add).Dispose();
            return string.Join(' ', remarks);
        }
    }

    [SkippableFact]
    public void A_written_file_has_its_texts_as_bytes_of_fixed_length()
    {
        string path = Path.Combine(foreign.Folder.Path, "ours.h5");
        using (Model model = ModelFile.Load(KerasGoldenTests.Golden("keras-small.h5"), new ReferenceBackend<float>()))
        {
            ModelFile.Save(model, path);
        }

        JsonNode ours = foreign.Describe(path);
        foreach (string name in new[] { "backend", "keras_version", "model_config", "training_config", "neuralcore" })
        {
            Assert.Equal("fixed text", (string)ours["attributes"]![name]!["type"]!);
        }

        JsonNode weights = ours["items"]!["model_weights"]!;
        Assert.Equal("fixed text", (string)weights["attributes"]!["layer_names"]!["type"]!);
        Assert.Equal("max_pooling2d".Length, (int)weights["attributes"]!["layer_names"]!["length"]!);
        Assert.Equal("fixed text", (string)weights["items"]!["dense"]!["attributes"]!["weight_names"]!["type"]!);
        Assert.Equal("float64", (string)weights["items"]!["flatten"]!["attributes"]!["weight_names"]!["type"]!);
        JsonNode kernel = weights["items"]!["dense"]!["items"]!["dense"]!["items"]!["kernel:0"]!;
        Assert.Equal((true, "float32"), ((bool)kernel["is_contiguous"]!, (string)kernel["type"]!));
        Assert.Null(ours["items"]!["optimizer_weights"]);
    }

    [SkippableFact]
    public void Groups_of_any_size_are_read()
    {
        var root = new Hdf5Group();
        string[] names = [.. Enumerable.Range(0, 3_000).Select(i => $"a_layer_with_quite_a_long_name_{i}")];
        foreach ((string part, Hdf5Values values) in Hdf5Values.Parts("layer_names", names))
        {
            root.With(part, values);
        }

        root.With("long", Hdf5Values.Of(new string('x', 70_000)));
        Array.ForEach(names, name => root.Add(name, Hdf5Values.Of(new Shape(2), [1, 2])));
        string path = Path.Combine(foreign.Folder.Path, "large.h5");
        using (MemoryStream bytes = Hdf5Writer.Write(root))
        {
            File.WriteAllBytes(path, bytes.ToArray());
        }

        JsonNode seen = foreign.Describe(path);
        Assert.Equal(names.Order(StringComparer.Ordinal), seen["items"]!.AsObject().Select(item => item.Key));
        Assert.Equal(70_000, ((string)seen["attributes"]!["long"]!["value"]!).Length);
        Hdf5Object ours = Hdf5File.Open(File.ReadAllBytes(path)).Root;
        Assert.Equal(names, ours.Texts("layer_names"));
        Assert.Equal([1, 2], ours.Find(names[^1])!.ReadFloats(names[^1]));
    }

    [SkippableFact]
    public void Trained_files_name_adams_moments_as_keras_2_does_where_that_is_asked_for()
    {
        using Sequential model = SmallModel.Compiled(seed: 1);
        model.Fit(SmallModel.Images(20), batchSize: 16);
        string path = Path.Combine(foreign.Folder.Path, "trained.h5");
        ModelFile.Save(model, path, options: new SaveOptions { OptimizerState = true });
        JsonNode optimizer = foreign.Describe(path)["items"]!["optimizer_weights"]!;
        string[] names = [.. optimizer["attributes"]!["weight_names"]!["value"]!.AsArray().Select(name => (string)name!)];
        Assert.Equal(["Adam/iter:0", "Adam/conv2d/kernel/m:0", "Adam/conv2d/bias/m:0"], names[..3]);
        Assert.Equal("Adam/dense_1/bias/v:0", names[^1]);
        JsonNode adam = optimizer["items"]!["Adam"]!["items"]!;
        Assert.Equal(("int64", 2), ((string)adam["iter:0"]!["type"]!, (int)adam["iter:0"]!["values"]!));
        Assert.Equal([3, 3, 1, 3], adam["conv2d"]!["items"]!["kernel"]!["items"]!["v:0"]!["shape"]!.AsArray().Select(extent => (int)extent!));
    }

    /// <summary>The files, written once for all tests.</summary>
    public sealed class ForeignFiles : IDisposable
    {
        private const string Python = "/usr/bin/python3";

        private readonly string? _missing;

        public ForeignFiles()
        {
            _missing = Run("-c", "import h5py").Error;
            if (_missing is null)
            {
                string? failure = Run(Script("foreign_keras.py"), KerasGoldenTests.Golden("keras-small.h5"), Folder.Path).Error;
                Assert.True(failure is null, failure);
            }
        }

        internal TemporaryFolder Folder { get; } = new();

        public string File(string name)
        {
            RequirePython();
            return Folder.File(name + ".h5");
        }

        public JsonNode Describe(string path)
        {
            RequirePython();
            (string output, string? error) = Run(Script("describe_h5.py"), path);
            Assert.True(error is null, error);
            return JsonNode.Parse(output)!;
        }

        public void Dispose() => Folder.Dispose();

        private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Python", name);

        private static (string Output, string? Error) Run(params string[] arguments)
        {
            if (!System.IO.File.Exists(Python))
            {
                return ("", $"there is no {Python}");
            }

            using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (output, process.ExitCode == 0 ? null : error.Result);
        }

        private void RequirePython() => Skip.If(_missing is not null, $"Python's h5py is not here: {_missing}");
    }
}
