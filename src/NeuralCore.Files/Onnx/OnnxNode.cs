namespace NeuralCore.Files.Onnx;

/// <summary>One operation of a graph.</summary>
internal sealed class OnnxNode
{
    private const int MostParts = 1_000;

    private readonly Dictionary<string, OnnxAttribute> _attributes = [];
    private readonly HashSet<string> _asked = [];

    /// <summary>What it does.</summary>
    public string Op { get; private set; } = "";

    /// <summary>Where it is defined; empty for ONNX itself.</summary>
    public string Domain { get; private set; } = "";

    /// <summary>Its name, if it has one.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The names of what it takes; empty for an input that is left out.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>The names of what it gives.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>The node as messages call it.</summary>
    public string Description => $"the {FileText.Quote(Op)} node{(Name.Length > 0 ? $" {FileText.Quote(Name)}" : "")}";

    /// <summary>Reads a NodeProto.</summary>
    public static OnnxNode Read(ProtoReader reader, ArraySegment<byte> message)
    {
        const int InputField = 1, OutputField = 2, NameField = 3, OpField = 4, AttributeField = 5, DomainField = 7;
        var node = new OnnxNode();
        foreach (ProtoField field in reader.Fields(message))
        {
            switch (field.Number)
            {
                case InputField:
                    node.Inputs.Add(reader.Text(field));
                    break;
                case OutputField:
                    node.Outputs.Add(reader.Text(field));
                    break;
                case NameField:
                    node.Name = reader.Text(field);
                    break;
                case OpField:
                    node.Op = reader.Text(field);
                    break;
                case DomainField:
                    node.Domain = reader.Text(field);
                    break;
                case AttributeField:
                    OnnxAttribute attribute = OnnxAttribute.Read(reader, field.Bytes);
                    if (!node._attributes.TryAdd(attribute.Name, attribute))
                    {
                        throw new InvalidDataException($"has the attribute {FileText.Quote(attribute.Name)} twice in {node.Description}");
                    }

                    break;
            }

            if (node.Inputs.Count + node.Outputs.Count + node._attributes.Count > MostParts)
            {
                throw new InvalidDataException($"has {node.Description} with more than {MostParts} inputs, outputs and attributes");
            }
        }

        return node;
    }

    /// <summary>Another operation that gives what this node gives.</summary>
    public OnnxNode As(string op, IEnumerable<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        var other = new OnnxNode { Op = op, Name = Name };
        other.Inputs.AddRange(inputs);
        other.Outputs.AddRange(Outputs);
        foreach (OnnxAttribute attribute in attributes)
        {
            other._attributes.Add(attribute.Name, attribute);
        }

        return other;
    }

    /// <summary>The name of an input, or null where it is left out.</summary>
    public string? Input(int index) => index < Inputs.Count && Inputs[index].Length > 0 ? Inputs[index] : null;

    /// <summary>A whole number.</summary>
    public long Integer(string name, long fallback) => Find(name)?.Integer ?? fallback;

    /// <summary>A number.</summary>
    public float Number(string name, float fallback) => Find(name)?.Number ?? fallback;

    /// <summary>A list of whole numbers; null if there is none.</summary>
    public IReadOnlyList<long>? Integers(string name) => Find(name)?.Integers;

    /// <summary>A text.</summary>
    public string Text(string name, string fallback) => Find(name)?.Text ?? fallback;

    /// <summary>A tensor; null if there is none.</summary>
    public OnnxTensor? Tensor(string name) => Find(name)?.Tensor;

    /// <summary>Whether there is an attribute.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A list of numbers; null if there is none.</summary>
    public IReadOnlyList<float>? Numbers(string name) => Find(name)?.Numbers;

    /// <summary>Whether another node does the same to tensors of the same names: all but its own name and the notes beside it.</summary>
    public bool DoesAs(OnnxNode other) => Op == other.Op && Domain == other.Domain && Inputs.SequenceEqual(other.Inputs) && Outputs.SequenceEqual(other.Outputs)
        && Signature == other.Signature;

    /// <summary>The attributes as one text, for comparison; tensors are told by their names alone.</summary>
    public string Signature => string.Join(';', _attributes.Values.OrderBy(attribute => attribute.Name, StringComparer.Ordinal).Select(attribute => attribute.ToString()));

    /// <summary>Refuses a node with attributes that were not read: they would change what it does.</summary>
    public void RequireAllAsked()
    {
        foreach (string name in _attributes.Keys.Where(name => !_asked.Contains(name)))
        {
            throw Refused($"with the attribute {FileText.Quote(name)}");
        }
    }

    /// <summary>The exception for a node that the engine has nothing for.</summary>
    public InvalidDataException Refused(string why) => new($"has {Description} {why}, which this program does not know");

    private OnnxAttribute? Find(string name)
    {
        _asked.Add(name);
        return _attributes.GetValueOrDefault(name);
    }
}

/// <summary>A setting of a node.</summary>
/// <param name="Name">Its name.</param>
internal sealed record OnnxAttribute(string Name)
{
    private const int MostNumbers = 4_096;

    /// <summary>Its value, if it is a whole number.</summary>
    public long? Integer { get; private set; }

    /// <summary>Its value, if it is a number.</summary>
    public float? Number { get; private set; }

    /// <summary>Its value, if it is a text.</summary>
    public string? Text { get; private set; }

    /// <summary>Its value, if it is a tensor.</summary>
    public OnnxTensor? Tensor { get; private set; }

    /// <summary>Its value, if it is a list of whole numbers.</summary>
    public List<long>? Integers { get; private set; }

    /// <summary>Its value, if it is a list of numbers.</summary>
    public List<float>? Numbers { get; private set; }

    /// <summary>A number.</summary>
    public static OnnxAttribute Of(string name, float number) => new(name) { Number = number };

    /// <summary>A text.</summary>
    public static OnnxAttribute Of(string name, string text) => new(name) { Text = text };

    /// <summary>Whole numbers.</summary>
    public static OnnxAttribute Of(string name, IEnumerable<long> integers) => new(name) { Integers = [.. integers] };

    /// <summary>Name and value.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Name}={Integer}|{Number}|{Text}|{Tensor?.Name}|{string.Join(',', Integers ?? [])}|{string.Join(',', Numbers ?? [])}");

    /// <summary>Reads an AttributeProto.</summary>
    public static OnnxAttribute Read(ProtoReader reader, ArraySegment<byte> message)
    {
        const int NameField = 1, NumberField = 2, IntegerField = 3, TextField = 4, TensorField = 5, NumbersField = 7, IntegersField = 8;
        var attribute = new OnnxAttribute("");
        foreach (ProtoField field in reader.Fields(message))
        {
            switch (field.Number)
            {
                case NameField:
                    attribute = attribute with { Name = reader.Text(field) };
                    break;
                case NumberField:
                    attribute.Number = BitConverter.UInt32BitsToSingle((uint)field.Value);
                    break;
                case IntegerField:
                    attribute.Integer = (long)field.Value;
                    break;
                case TextField:
                    attribute.Text = reader.Text(field);
                    break;
                case TensorField:
                    attribute.Tensor = OnnxTensor.Read(reader, field.Bytes);
                    break;
                case NumbersField when field.Bytes.Array is not null:
                    attribute.Numbers ??= [];
                    attribute.Numbers.AddRange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(field.Bytes.AsSpan()[..(field.Bytes.Count / 4 * 4)])
                        .ToArray().Take(MostNumbers - attribute.Numbers.Count));
                    break;
                case NumbersField:
                    attribute.Numbers ??= [];
                    attribute.Numbers.AddRange(attribute.Numbers.Count < MostNumbers ? [BitConverter.UInt32BitsToSingle((uint)field.Value)] : []);
                    break;
                case IntegersField:
                    attribute.Integers ??= [];
                    attribute.Integers.AddRange(ProtoReader.Integers(field).Take(MostNumbers - attribute.Integers.Count));
                    break;
            }
        }

        return attribute;
    }
}
