using System.Runtime.InteropServices;
using System.Text.Json;
using NeuralCore.Tests.Ops;

namespace NeuralCore.Tests.Golden;

/// <summary>One folder of GoldenValues/torch: named tensors with what PyTorch made of them. Its README says what the roles mean.</summary>
public sealed class GoldenCase
{
    private readonly string _folder;
    private readonly JsonElement _description;

    private GoldenCase(string folder)
    {
        _folder = folder;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        _description = document.RootElement.Clone();
    }

    private static string Root => Path.Combine(AppContext.BaseDirectory, "GoldenValues", "torch");

    /// <summary>The op, as the file calls it.</summary>
    public string Operator => _description.GetProperty("op").GetString()!;

    /// <summary>What the case computes: N, kernel, stride and the like.</summary>
    public JsonElement Attributes => _description.GetProperty("attributes");

    /// <summary>The names of the cases that begin with any of these.</summary>
    public static IEnumerable<string> Names(params string[] prefixes) =>
        from folder in Directory.EnumerateDirectories(Root)
        let name = Path.GetFileName(folder)
        where prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
        orderby name
        select name;

    /// <summary>Opens a case.</summary>
    public static GoldenCase Open(string name) => new(Path.Combine(Root, name));

    /// <summary>The extents of a tensor.</summary>
    public int[] Shape(string name, string role = "in") =>
        [.. Tensor(name, role).GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())];

    /// <summary>Whether there is such a tensor.</summary>
    public bool Has(string name, string role) => Find(name, role).ValueKind != JsonValueKind.Undefined;

    /// <summary>The values of a tensor.</summary>
    public T[] Values<T>(string name, string role)
        where T : unmanaged
    {
        JsonElement tensor = Tensor(name, role);
        string stored = tensor.GetProperty("dtype").GetString()!;
        string asked = typeof(T) switch
        {
            Type type when type == typeof(float) => "float32",
            Type type when type == typeof(double) => "float64",
            Type type when type == typeof(int) => "int32",
            _ => "int64",
        };
        if (stored != asked)
        {
            throw new ArgumentException($"{name}.{role} holds {stored}, not {asked}.");
        }

        return MemoryMarshal.Cast<byte, T>(File.ReadAllBytes(Path.Combine(_folder, tensor.GetProperty("file").GetString()!))).ToArray();
    }

    /// <summary>The values of a float32 input.</summary>
    public float[] Input(string name) => Values<float>(name, "in");

    /// <summary>The float64 truth.</summary>
    public double[] Truth(string name) => Values<double>(name, "f64");

    /// <summary>The two numbers of an attribute such as a stride.</summary>
    public (int Down, int Across) Pair(string attribute) =>
        (Attributes.GetProperty(attribute)[0].GetInt32(), Attributes.GetProperty(attribute)[1].GetInt32());

    /// <summary>The windows of a convolution over an image N x C x H x W with a kernel of which the last two extents are rows and columns.</summary>
    internal Window2D Window(int[] image, int[] kernel) => new(
        (image[2], image[3]), (kernel[^2], kernel[^1]), Pair("stride"),
        Attributes.GetProperty("dilation") is { ValueKind: JsonValueKind.Array } ? Pair("dilation") : Attributes.GetProperty("dilation").GetInt32(), Padding());

    private Border Padding()
    {
        if (Attributes.TryGetProperty("pads_tlbr", out JsonElement sides))
        {
            int[] pads = [.. sides.EnumerateArray().Select(side => side.GetInt32())];
            return new Border(pads[0], pads[1], pads[2], pads[3]);
        }

        (int down, int across) = Pair("padding");
        return new Border(down, across, down, across);
    }

    /// <summary>Checks a result against the truth within the rounding of its terms, or exactly where the case says so.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="actual">The result in the file's layout.</param>
    internal void Check(string name, float[] actual)
    {
        if (Has(name, "exact"))
        {
            CheckExactly(name, actual);
            return;
        }

        double[] magnitudes = Array.ConvertAll(Values<float>(name, "sumabs"), value => (double)value);
        int terms = Tensor(name, "sumabs").GetProperty("terms").GetInt32();
        Agreement.WithinRounding(name, Truth(name), magnitudes, terms, actual);
    }

    /// <summary>Checks that a result has exactly the stored values, where zeros of both signs are one value.</summary>
    internal void CheckExactly(string name, float[] actual) =>
        Agreement.SameBits(name, Array.ConvertAll(Values<float>(name, "exact"), v => v + 0f), Array.ConvertAll(actual, v => v + 0f));

    private JsonElement Tensor(string name, string role) => Find(name, role) is { ValueKind: not JsonValueKind.Undefined } tensor
        ? tensor
        : throw new ArgumentException($"There is no tensor {name}.{role} in {_folder}.");

    private JsonElement Find(string name, string role) => _description.GetProperty("tensors").EnumerateArray().FirstOrDefault(
        tensor => tensor.GetProperty("name").GetString() == name && tensor.GetProperty("role").GetString() == role);
}
