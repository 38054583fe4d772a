using System.Runtime.InteropServices;
using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files.Onnx;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests.Conformance;

/// <summary>
/// ONNX's own tests of single operations: a folder a case, with <c>case.json</c> and its tensors as bytes. The first tensor is the network's input, and
/// the others are its weights, except where an operation joins tensors.
/// </summary>
internal static class OnnxCases
{
    private const double RelativeTolerance = 1e-5, AbsoluteTolerance = 1e-6;

    // Its numbers are written with four digits; ONNX allows that with a relative tolerance of 1e-3.
    private const string Rounded = "test_averagepool_2d_ceil_last_window_starts_on_pad";
    private const double RoundedTolerance = 1e-3;

    private static readonly string[] Joining = ["Add", "Concat", "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"];

    /// <summary>The cases of a folder, with the operation that a refusal has to name.</summary>
    public static IEnumerable<(ConformanceCase Case, string Op)> Of(string folder) => Directory.EnumerateDirectories(folder).Order()
        .Where(path => File.Exists(Path.Combine(path, "case.json"))).Select(path =>
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "case.json")));
            JsonElement description = document.RootElement.Clone();
            return (new ConformanceCase(Path.GetFileName(path), () => Run(path, description)), description.GetProperty("nodes")[0].GetProperty("op").GetString()!);
        });

    private static double Run(string folder, JsonElement description)
    {
        Tensor[] tensors = [.. description.GetProperty("tensors").EnumerateArray().Select(tensor => Tensor.Read(folder, tensor))];
        JsonElement[] nodes = [.. description.GetProperty("nodes").EnumerateArray()];
        bool joins = Joining.Contains(nodes[0].GetProperty("op").GetString());
        Tensor[] inputs = [.. tensors.Where(tensor => tensor.Role == "input").Take(joins ? int.MaxValue : 1)];
        Tensor[] outputs = [.. tensors.Where(tensor => tensor.Role == "output")];
        using var file = new TemporaryFolder();
        string path = file.Write("case.onnx", Model(description, nodes, tensors, inputs, outputs));
        using Model model = ModelFile.Load(path, unsaid: Preprocessing.None, probabilities: false);
        int items = inputs[0].Dims[0];
        float[][] given = AnyNetwork.Run(model, [.. inputs.Zip(model.Inputs, (input, value) => input.IsTakenAsItIs(value.Shape) ? input.Floats : input.ChannelsLast)], items);
        Assert.Equal(outputs.Length, given.Length);
        double relative = Path.GetFileName(folder) == Rounded ? RoundedTolerance : RelativeTolerance, worst = 0;
        foreach ((Tensor output, float[] values) in outputs.Zip(given))
        {
            // Logarithms of probabilities are given as probabilities.
            bool isLogarithm = nodes[^1].GetProperty("op").GetString() == "LogSoftmax";
            float[] wanted = output.ChannelsLast;
            Assert.Equal(wanted.Length, values.Length);
            foreach ((float left, float right) in wanted.Zip(values))
            {
                double target = isLogarithm ? Math.Exp(left) : left;
                worst = float.IsNaN(right) ? double.PositiveInfinity : Math.Max(worst, Math.Abs(target - right) / (AbsoluteTolerance + (relative * Math.Abs(target))));
            }
        }

        return worst;
    }

    private static byte[] Model(JsonElement description, JsonElement[] nodes, Tensor[] tensors, Tensor[] inputs, Tensor[] outputs) => ProtoWriter.Message(file =>
    {
        const int IrField = 1, GraphField = 7, OpsetField = 8;
        file.Integer(IrField, 8);
        foreach (JsonProperty opset in description.GetProperty("opset").EnumerateObject())
        {
            file.Inner(OpsetField, version =>
            {
                version.Text(1, opset.Name == "ai.onnx" ? "" : opset.Name);
                version.Integer(2, opset.Value.GetInt64());
            });
        }

        file.Inner(GraphField, graph =>
        {
            Array.ForEach(nodes, node => graph.Inner(1, message => Node(message, node)));
            foreach (Tensor constant in tensors.Where(tensor => tensor.Role == "initializer" || (tensor.Role == "input" && !inputs.Contains(tensor))))
            {
                graph.Inner(5, constant.WriteConstant);
            }

            Array.ForEach(inputs, input => graph.Inner(11, input.WriteValue));
            Array.ForEach(outputs, output => graph.Inner(12, output.WriteValue));
        });
    });

    private static void Node(ProtoWriter message, JsonElement node)
    {
        foreach (JsonElement input in node.GetProperty("inputs").EnumerateArray())
        {
            message.Text(1, input.GetString()!);
        }

        foreach (JsonElement output in node.GetProperty("outputs").EnumerateArray())
        {
            message.Text(2, output.GetString()!);
        }

        message.Text(4, node.GetProperty("op").GetString()!);
        if (node.TryGetProperty("domain", out JsonElement domain))
        {
            message.Text(7, domain.GetString()!);
        }

        foreach (JsonProperty attribute in node.GetProperty("attributes").EnumerateObject())
        {
            message.Inner(5, entry => Attribute(entry, attribute));
        }
    }

    private static void Attribute(ProtoWriter entry, JsonProperty attribute)
    {
        entry.Text(1, attribute.Name);
        JsonElement value = attribute.Value;
        bool isReal = attribute.Name is "alpha" or "beta" or "epsilon" or "momentum" or "ratio" or "value" or "decay_factor" or "norm_coefficient";
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                entry.Text(4, value.GetString()!);
                break;
            case JsonValueKind.Array:
                entry.Integers(8, value.EnumerateArray().Select(number => number.GetInt64()));
                break;
            case JsonValueKind.Number when isReal:
                entry.Number(2, value.GetSingle());
                break;
            default:
                entry.Integer(3, value.GetInt64());
                break;
        }
    }

    private sealed record Tensor(string Name, string Role, string Type, int[] Dims, byte[] Bytes)
    {
        public float[] Floats => Type == "float32" ? MemoryMarshal.Cast<byte, float>(Bytes).ToArray() : throw new InvalidOperationException($"The tensor {Name} is {Type}.");

        public float[] ChannelsLast => Dims.Length == 4 ? Images.ToChannelsLast(Floats, Dims) : Floats;

        /// <summary>Whether the network takes the tensor in the file's order of axes, as it does where no layer says which axis is which.</summary>
        public bool IsTakenAsItIs(Shape shape) => Dims.Length == 4 && shape.Extents.SequenceEqual(Dims.AsSpan(1)) && !shape.Extents.SequenceEqual([Dims[2], Dims[3], Dims[1]]);

        private int Code => Type switch
        {
            "float32" => 1,
            "uint8" => 2,
            "int32" => 6,
            "int64" => 7,
            "bool" => 9,
            _ => 11,
        };

        public static Tensor Read(string folder, JsonElement tensor) => new(
            tensor.GetProperty("name").GetString()!, tensor.GetProperty("role").GetString()!, tensor.GetProperty("dtype").GetString()!,
            [.. tensor.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())], File.ReadAllBytes(Path.Combine(folder, tensor.GetProperty("file").GetString()!)));

        public void WriteConstant(ProtoWriter message)
        {
            message.Integers(1, Dims.Select(dim => (long)dim));
            message.Integer(2, Code);
            message.Text(8, Name);
            message.Bytes(9, Bytes);
        }

        public void WriteValue(ProtoWriter message)
        {
            message.Text(1, Name);
            message.Inner(2, type => type.Inner(1, tensor =>
            {
                tensor.Integer(1, Code);
                tensor.Inner(2, shape => Array.ForEach(Dims, dim => shape.Inner(1, extent => extent.Integer(1, dim))));
            }));
        }
    }
}
