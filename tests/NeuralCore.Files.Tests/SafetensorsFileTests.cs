using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 50)]
    public void What_is_written_is_read_back_bit_for_bit(int seed)
    {
        var random = new Random(seed);
        var tensors = new List<(string Name, Shape Shape, float[] Values)>();
        for (int i = random.Next(5); i > 0; i--)
        {
            int[] extents = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(1, 5))];
            var shape = new Shape(extents);

            // Any bits at all: subnormal numbers, infinities, NaNs with a payload.
            float[] values = [.. Enumerable.Range(0, shape.Count).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))];
            tensors.Add(($"tensor {i} \"ü\"", shape, values));
        }

        var metadata = Enumerable.Range(0, random.Next(3)).ToDictionary(i => $"key {i}", i => $"text\n{i} \\ ü");
        string path = _folder.File("a.safetensors");
        SafetensorsFile.Write(path, metadata, tensors);

        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(tensors.Select(t => (t.Name, t.Shape)), file.Tensors.Select(t => (t.Name, t.Shape)));
        foreach ((SafetensorsTensor read, (_, _, float[] written)) in file.Tensors.Zip(tensors))
        {
            Assert.Equal(written.Select(BitConverter.SingleToInt32Bits), file.Read(read).Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void The_layout_is_the_formats()
    {
        string path = _folder.File("a.safetensors");
        SafetensorsFile.Write(path, new Dictionary<string, string> { ["who"] = "me" }, [("a", new Shape(2), [1, 2]), ("b", new Shape(1, 1), [3])]);
        byte[] bytes = File.ReadAllBytes(path);

        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(8 + length + 12, bytes.Length);
        Assert.Equal(
            """{"__metadata__":{"who":"me"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64], bytes[(8 + length)..]);
    }

    [Fact]
    public void Tensors_may_be_listed_in_any_order()
    {
        using SafetensorsFile file = Open(SafetensorsBytes.Make(
            """{"b":{"data_offsets":[4,12],"shape":[2],"dtype":"F32"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}  """, 12));
        Assert.Equal(["a", "b"], file.Tensors.Select(t => t.Name));
        Assert.Equal(0, file.Tensors[0].Shape.Rank);
        Assert.Equal([BitConverter.ToSingle([4, 5, 6, 7]), BitConverter.ToSingle([8, 9, 10, 11])], file.Read(file.Tensors[1]));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "twice")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "twice")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "not a string")]
    [InlineData("""{"__metadata__":[]}""", 0, "not a JSON object")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown or there twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"colour":"red"}}""", 4, "'colour'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "lacks")]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", 4, "as 'F16', and only F32")]
    [InlineData("""{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "not a string")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "an axis of 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", 4, "lists of numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "at most 16")]
    [InlineData("""{"a":[]}""", 0, "not a JSON object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "hole before")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "hole before the tensor 'b'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlaps the tensor 'b'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "not the one of its shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "not the one of its shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[60000,65536,65536],"data_offsets":[0,4]}}""", 4, "more than 2,147,483,647")]
    [InlineData("""{"a":{"dtype":"F32","shape":[536870912],"data_offsets":[0,2147483648]}}""", 4, "cut short within the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", 4, "hole before")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "cut short within the tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "bytes after its last tensor")]
    [InlineData("{}", 1, "bytes after its last tensor")]
    [InlineData("{} {}", 0, "not valid JSON")]
    [InlineData("""{"a":""", 0, "not valid JSON")]
    [InlineData("""{"\ud800":1}""", 0, "not valid JSON")]
    [InlineData(" {}", 0, "does not begin with a brace")]
    [InlineData("", 0, "does not begin with a brace")]
    [InlineData("[]", 0, "does not begin with a brace")]
    public void A_header_that_could_be_read_in_two_ways_is_refused(string header, int dataBytes, string reason) =>
        AssertRefused(SafetensorsBytes.Make(header, dataBytes), reason);

    [Theory]
    [InlineData(ulong.MaxValue, "not a safetensors file")]
    [InlineData(1UL << 63, "not a safetensors file")]
    [InlineData(100_000_001UL, "not a safetensors file")]
    [InlineData(100_000_000UL, "cut short within its header")]
    [InlineData(3UL, "cut short within its header")]
    public void A_header_longer_than_the_file_is_refused(ulong length, string reason) => AssertRefused(SafetensorsBytes.Make("{}", 0, length), reason);

    [Fact]
    public void A_name_that_is_no_unicode_is_refused()
    {
        byte[] bytes = SafetensorsBytes.Make("""{"a":{}}""", 0);
        bytes[10] = 0xFF;
        AssertRefused(bytes, "not valid JSON");
    }

    [Fact]
    public void What_a_name_contains_does_not_steer_the_terminal()
    {
        DataFileException error = AssertRefused(SafetensorsBytes.Make("""{"\u001b[31m\n":[]}""", 0), "not a JSON object");
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        Assert.Contains("does not exist", Assert.Throws<DataFileException>(() => SafetensorsFile.Open(_folder.File("none"))).Message);
        Assert.Contains("cannot be read", Assert.Throws<DataFileException>(() => SafetensorsFile.Open(_folder.Path)).Message);
    }

    [Fact]
    public void The_writer_refuses_what_the_reader_would()
    {
        string path = _folder.File("a.safetensors");
        var none = new Dictionary<string, string>();
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, none, [("a", new Shape(1), [1]), ("a", new Shape(1), [1])]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, none, [("__metadata__", new Shape(1), [1])]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(path, none, [("a", new Shape(2), [1])]));
        Assert.Empty(_folder.FileNames);
    }

    private SafetensorsFile Open(byte[] bytes)
    {
        string path = _folder.File("made.safetensors");
        File.WriteAllBytes(path, bytes);
        return SafetensorsFile.Open(path);
    }

    private DataFileException AssertRefused(byte[] bytes, string reason)
    {
        var error = Assert.Throws<DataFileException>(() => Open(bytes).Dispose());
        Assert.StartsWith($"The file '{error.FilePath}' ", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.EndsWith(".", error.Message);
        return error;
    }
}
