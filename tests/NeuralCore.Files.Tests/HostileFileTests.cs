using System.Buffers.Binary;
using System.IO.Compression;
using NeuralCore.Data;
using NeuralCore.Ops;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Files.Tests;

/// <summary>Small files that ask for much.</summary>
public sealed class HostileFileTests : IDisposable
{
    private const long FewBytes = 64 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_dataset_that_declares_more_than_the_file_holds_is_refused()
    {
        byte[] file = File.ReadAllBytes(KerasGoldenTests.Golden("keras-small.h5"));
        Span<byte> shape = stackalloc byte[16], bomb = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(shape, 1152);
        BinaryPrimitives.WriteInt64LittleEndian(shape[8..], 16);
        BinaryPrimitives.WriteInt64LittleEndian(bomb, 50_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(bomb[8..], 50_000_000);
        int place = file.AsSpan().IndexOf(shape);
        Assert.True(place > 0);
        bomb.CopyTo(file.AsSpan(place));
        Assert.Contains("more than 2,147,483,647 elements", Refusal(".h5", file));
    }

    [Fact]
    public void Tensors_that_have_no_room_in_the_file_are_refused()
    {
        // Datasets that point to the same place would let a small file describe a network of any size.
        using StoredNetwork stored = Files.Keras.KerasH5Network.Open(File.ReadAllBytes(KerasGoldenTests.Golden("keras-small.h5")));
        var options = new LoadOptions(Preprocessing.Scale, IsClassifier: true);
        NetworkLoader.Load(stored, fileBytes: 100_000, options, compile: null).Model.Dispose();
        var error = Assert.Throws<InvalidDataException>(() => NetworkLoader.Load(stored, fileBytes: 10_000, options, compile: null));
        Assert.Contains("share their bytes", error.Message);
    }

    [Fact]
    public void A_zip_bomb_is_refused()
    {
        byte[] bomb = Archive(("metadata.json", "{}"u8.ToArray()), ("config.json", new byte[100 << 20]), ("model.weights.h5", []));
        Assert.InRange(bomb.Length, 0, 2_000_000);
        Assert.Contains("declares 104,857,600 bytes for the part 'config.json'", Refusal(".keras", bomb));
    }

    [Fact]
    public void An_archive_of_countless_parts_is_refused()
    {
        byte[] archive = Archive([.. Enumerable.Range(0, 20_000).Select(i => ($"assets/a-name-of-some-length-{i}", Array.Empty<byte>()))]);
        Assert.Contains("far too many parts", Refusal(".keras", archive));
    }

    [Theory]
    [InlineData("""{"class_name":"Sequential","class_name":"Sequential","config":{"layers":[]}}""", "not valid JSON")]
    [InlineData("""{"class_name":"Sequential","config":{"layers":[]}} {}""", "not valid JSON")]
    [InlineData("""{"class_name":"Sequential","config":{"layers":{}}}""", "without a list")]
    [InlineData("""{"class_name":"Transformer","config":{}}""", "the class 'Transformer'")]
    [InlineData("""{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"name":"d","units":1048576,"batch_input_shape":[null,8388608]}}]}}""", "leaves open of which size")]
    [InlineData("""{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"name":"d","units":1e300,"batch_input_shape":[null,8]}}]}}""", "'units'")]
    [InlineData("[]", "without 'class_name'")]
    public void A_configuration_that_can_not_be_made_is_refused(string config, string reason) => Assert.Contains(
        reason, Refusal(".keras", Archive(("metadata.json", "{}"u8.ToArray()), ("config.json", System.Text.Encoding.UTF8.GetBytes(config)), ("model.weights.h5", SomeWeights()))));

    [Fact]
    public void A_configuration_without_bottom_is_refused()
    {
        string deep = string.Concat(Enumerable.Repeat("""{"class_name":"Sequential","config":{"layers":[""", 100_000));
        Assert.Contains("not valid JSON", Refusal(".keras", Archive(("metadata.json", "{}"u8.ToArray()), ("config.json", System.Text.Encoding.UTF8.GetBytes(deep[..4_000_000])), ("model.weights.h5", SomeWeights()))));
    }

    private static byte[] SomeWeights()
    {
        using ZipArchive archive = ZipFile.OpenRead(KerasGoldenTests.Golden("keras-small.keras"));
        var bytes = new MemoryStream();
        archive.GetEntry("model.weights.h5")!.Open().CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Archive(params (string Name, byte[] Contents)[] parts)
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] contents) in parts)
            {
                using Stream stream = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(contents);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The sentence, for a file that is refused without taking memory.</summary>
    private string Refusal(string extension, byte[] contents)
    {
        string path = _folder.Write("hostile" + extension, contents);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<DataFileException>(() => ModelFile.Load(path, new ReferenceBackend<float>())).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (2 * contents.Length) + FewBytes);
        return message;
    }
}
