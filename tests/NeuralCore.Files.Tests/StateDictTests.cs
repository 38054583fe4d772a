using NeuralCore.Data;
using NeuralCore.Files.PyTorch;
using NeuralCore.Files.Tests.Conformance;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>Weights in the layout of PyTorch, both ways.</summary>
public sealed class StateDictTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Weights_go_to_pytorch_and_back_bit_for_bit()
    {
        (int there, int all) = (0, 0);
        for (int seed = 0; seed < TestScale.Cases(100); seed++)
        {
            var graph = new RandomGraph(seed, 1 + (seed % 12));
            using Model model = graph.Compile();
            string path = _folder.File("model.safetensors");
            all++;
            try
            {
                StateDictFile.Save(model, path);
            }
            catch (NotSupportedException)
            {
                continue;
            }

            there++;
            using Model other = graph.Compile();
            foreach (ModelParameter parameter in other.Parameters)
            {
                parameter.Write(new float[parameter.Shape.Count]);
            }

            // Layers of the same shapes are told apart by the order of their names.
            IReadOnlyList<WeightMatch> matches = StateDictFile.Load(other, path);
            Assert.Equal(model.Parameters.Count, matches.Count);
            if (matches.All(match => match.Tensor.StartsWith(TorchCode.Identifier(match.Weight[..match.Weight.LastIndexOf('/')]), StringComparison.Ordinal)))
            {
                Assert.Equal(model.WeightsSha256(), other.WeightsSha256());
            }
        }

        Assert.True(there * 3 > all, $"PyTorch has modules for {there} of {all} networks alone.");
    }

    [Fact]
    public void Rows_behind_a_flattened_image_are_turned()
    {
        Value x = Value.Input(new Shape(2, 3, 4));
        using var model = new Model(x, new Dense(5, useBias: false).Apply(new Flatten().Apply(x)));
        model.Compile(loss: new MeanSquaredError(), backend: new ReferenceBackend<float>());
        model.Parameters[0].Write([.. Enumerable.Range(0, 120).Select(i => (float)i)]);
        string path = _folder.File("model.safetensors");
        string code = StateDictFile.Save(model, path);
        Assert.Contains("(\"dense\", nn.Linear(24, 5, bias=False)),", code);
        Assert.Contains("(\"flatten\", nn.Flatten()),", code);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        SafetensorsTensor tensor = Assert.Single(file.Tensors);
        Assert.Equal(("dense.weight", new Shape(5, 24)), (tensor.Name, tensor.Shape));
        float[] values = file.Read(tensor);
        for (int unit = 0; unit < 5; unit++)
        {
            for (int channel = 0; channel < 4; channel++)
            {
                for (int place = 0; place < 6; place++)
                {
                    Assert.Equal((((place * 4) + channel) * 5) + unit, values[(unit * 24) + (channel * 6) + place]);
                }
            }
        }
    }

    [Fact]
    public void Weights_of_another_network_are_refused_and_change_nothing()
    {
        using Sequential model = SmallModel.Compiled(seed: 1);
        string path = _folder.File("model.safetensors");
        StateDictFile.Save(model, path);
        using var other = new Sequential(new Input(new Shape(6, 6, 1)), new Conv2D(3, 3), new Flatten(), new Dense(7, Activation.Softmax));
        other.Compile(backend: new ReferenceBackend<float>());
        string before = other.WeightsSha256();
        string message = Assert.Throws<DataFileException>(() => StateDictFile.Load(other, path)).Message;
        Assert.Contains("the layer 'dense' takes", message);
        Assert.Equal(before, other.WeightsSha256());
    }

    [SkippableFact]
    public void A_state_dict_of_pytorch_gives_what_pytorch_says()
    {
        string? root = Environment.GetEnvironmentVariable("NEURALCORE_CONFORMANCE");
        string path = Path.Combine(root ?? Path.Combine(AppContext.BaseDirectory, "GoldenValues"), "pytorch", "lenet_state.safetensors");
        Skip.If(!File.Exists(path), "There is no lenet_state.safetensors: NEURALCORE_CONFORMANCE names the folder of files of other programs.");
        using var model = new Sequential(
            new Input(new Shape(28, 28, 1), Preprocessing.Scale), new Conv2D(4, 5, padding: Padding.Same, activation: Activation.Relu), new MaxPooling2D(2),
            new Conv2D(8, 5, activation: Activation.Relu), new MaxPooling2D(2), new Flatten(), new Dense(16, Activation.Relu), new Dense(10, Activation.Softmax));
        model.Compile();
        IReadOnlyList<WeightMatch> matches = StateDictFile.Load(model, path);
        Assert.Equal(8, WeightMatch.Table(matches).Split(Environment.NewLine).Length);
        ConformanceCase digits = ConformanceCases.DigitsOf(path, model);
        Assert.Equal(Verdict.Right, digits.Judge().Verdict);
    }
}
