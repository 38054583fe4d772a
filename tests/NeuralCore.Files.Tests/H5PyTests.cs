using System.Diagnostics;
using System.Text.Json.Nodes;
using NeuralCore.Data;
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
    [InlineData("batch-normalization", "'batch_normalization' of the class 'BatchNormalization'")]
    [InlineData("tanh", "'dense' of the class 'Dense' with 'tanh' for 'activation'")]
    [InlineData("channels-first", "'channels_first' for 'data_format'")]
    [InlineData("dilation", "'dilation_rate'")]
    [InlineData("kernel", "'3x5' for 'kernel_size'")]
    [InlineData("open-size", "leaves open of which size")]
    [InlineData("lstm", "'lstm' of the class 'LSTM'")]
    [InlineData("compressed", "only plain datasets are read")]
    [InlineData("branch", "branches at the layer 'add'")]
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
    public void A_written_file_looks_to_h5py_like_one_of_keras()
    {
        string path = Path.Combine(foreign.Folder.Path, "ours.h5");
        using (Model model = ModelFile.Load(KerasGoldenTests.Golden("keras-small.h5"), new ReferenceBackend<float>()))
        {
            ModelFile.Save(model, path);
        }

        JsonNode theirs = foreign.Describe(KerasGoldenTests.Golden("keras-small.h5")), ours = foreign.Describe(path);
        Assert.True(((JsonObject)ours["attributes"]!).Remove("neuralcore"));
        foreach (JsonNode file in new[] { theirs, ours })
        {
            // The JSON is compared elsewhere, and which of Keras's backends wrote is no matter of the format.
            foreach (string name in new[] { "model_config", "training_config", "backend" })
            {
                file["attributes"]![name]!["value"] = "";
            }

            file["items"]!["model_weights"]!["attributes"]!["backend"]!["value"] = "";
        }

        Assert.True(JsonNode.DeepEquals(theirs, ours), $"Keras writes {theirs}, and here is {ours}");
    }

    [SkippableFact]
    public void Trained_files_name_adams_moments_as_keras_does()
    {
        using Sequential model = SmallModel.Compiled(seed: 1);
        model.Fit(SmallModel.Images(20), batchSize: 16);
        string path = Path.Combine(foreign.Folder.Path, "trained.h5");
        ModelFile.Save(model, path);
        JsonNode optimizer = foreign.Describe(path)["items"]!["optimizer_weights"]!;
        string[] names = [.. optimizer["attributes"]!["weight_names"]!["value"]!.AsArray().Select(name => (string)name!)];
        Assert.Equal(
            ["adam/iteration", "adam/learning_rate", "adam/sequential_conv2d_kernel_momentum", "adam/sequential_conv2d_kernel_velocity", "adam/sequential_conv2d_bias_momentum"],
            names[..5]);
        JsonNode adam = optimizer["items"]!["adam"]!["items"]!;
        Assert.Equal(2, (int)adam["iteration"]!["values"]!);
        Assert.Equal([3, 3, 1, 3], adam["sequential_conv2d_kernel_velocity"]!["shape"]!.AsArray().Select(extent => (int)extent!));
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
