using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NeuralCore.Data;

namespace NeuralCore.Files;

/// <summary>
/// A file of named float32 tensors in the safetensors format: the header's length as 64 bits little-endian, a JSON header,
/// then the tensors' little-endian bytes, one after the other up to the end of the file.
/// </summary>
/// <remarks>
/// Reading trusts nothing: the header may not be longer than the file, and must account for every byte that follows it, before
/// anything of a tensor's size is allocated.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    private const string Advice = "replace it with a whole copy of a float32 safetensors file";
    private const int LengthBytes = sizeof(ulong);
    private const long MostHeaderBytes = 100_000_000;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly long _dataStart;

    private SafetensorsFile(string path, FileStream stream, long dataStart, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsTensor> tensors)
    {
        (_path, _stream, _dataStart) = (path, stream, dataStart);
        (Metadata, Tensors) = (metadata, tensors);
    }

    /// <summary>The texts that are kept with the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, in the order in which the file holds them.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="DataFileException">The file is missing, cannot be read, or is not a whole safetensors file of float32.</exception>
    public static SafetensorsFile Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            byte[] header = ReadHeader(stream);
            long dataStart = LengthBytes + header.Length;
            (Dictionary<string, string> metadata, List<SafetensorsTensor> tensors) = SafetensorsHeader.Parse(header, stream.Length - dataStart);
            return new SafetensorsFile(path, stream, dataStart, metadata, tensors);
        }
        catch (Exception failure)
        {
            stream?.Dispose();
            if (FileContent.Explain(path, failure, Advice) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; it is replaced if it exists.</param>
    /// <param name="metadata">Texts to keep with the tensors.</param>
    /// <param name="tensors">Name, shape and row-major values of each, in order.</param>
    /// <exception cref="ArgumentException">A name is there twice or reserved, or the values are more or fewer than the shape says.</exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, Shape Shape, float[] Values)> tensors)
    {
        byte[] header = MakeHeader(metadata, tensors);
        AtomicFile.Write(path, stream => WriteTo(stream, header, tensors));
    }

    /// <summary>Writes a file with a checksum of all its bytes, whole or not at all; <see cref="OpenSealed"/> reads it.</summary>
    /// <inheritdoc cref="Write"/>
    internal static void WriteSealed(
        string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, Shape Shape, float[] Values)> tensors)
    {
        var all = new Dictionary<string, string>(metadata) { [SafetensorsChecksum.Key] = SafetensorsChecksum.Placeholder };
        byte[] header = MakeHeader(all, tensors);
        SafetensorsChecksum.Seal(header, tensors.Select(tensor => tensor.Values));
        AtomicFile.Write(path, stream => WriteTo(stream, header, tensors));
    }

    /// <summary>Opens a file with a checksum, and reads it once to verify it.</summary>
    /// <exception cref="DataFileException">The file is missing, cannot be read, or is not the one that was written.</exception>
    internal static SafetensorsFile OpenSealed(string path)
    {
        SafetensorsFile file = Open(path);
        try
        {
            file._stream.Position = 0;
            byte[] header = ReadHeader(file._stream);
            return SafetensorsChecksum.Holds(header, file.Metadata.GetValueOrDefault(SafetensorsChecksum.Key, ""), file._stream)
                ? file
                : throw new InvalidDataException("is damaged: its checksum is missing, or is not that of its bytes");
        }
        catch (Exception failure)
        {
            file.Dispose();
            if (FileContent.Explain(path, failure, Advice) is { } explained)
            {
                throw explained;
            }

            throw;
        }
    }

    /// <summary>Reads a tensor's values, row-major.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <exception cref="DataFileException">The file cannot be read.</exception>
    public float[] Read(SafetensorsTensor tensor)
    {
        try
        {
            var values = new float[tensor.Shape.Count];
            Read(tensor, values);
            return values;
        }
        catch (Exception failure) when (FileContent.Explain(_path, failure, Advice) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Reads a tensor's values into memory that is there already.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="values">Receives them, row-major; as many as the tensor has.</param>
    /// <exception cref="DataFileException">The file cannot be read.</exception>
    public void Read(SafetensorsTensor tensor, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, tensor.Shape.Count);
        try
        {
            if (tensor.IsCount)
            {
                throw new InvalidDataException($"holds the tensor {FileText.Quote(tensor.Name)} as whole numbers, and only F32 is read");
            }

            _stream.Position = _dataStart + tensor.Offset;
            _stream.ReadExactly(MemoryMarshal.AsBytes(values));
        }
        catch (Exception failure) when (FileContent.Explain(_path, failure, Advice) is { } explained)
        {
            throw explained;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static byte[] MakeHeader(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyList<(string Name, Shape Shape, float[] Values)> tensors)
    {
        var names = new HashSet<string> { SafetensorsHeader.MetadataKey };
        var entries = new List<SafetensorsTensor>();
        long offset = 0;
        foreach ((string name, Shape shape, float[] values) in tensors)
        {
            if (!names.Add(name) || values.Length != shape.Count)
            {
                throw new ArgumentException($"The tensor '{name}' of {shape} with {values.Length} values cannot be written: its name is taken, or its size is wrong.");
            }

            entries.Add(new SafetensorsTensor(name, shape, offset));
            offset += entries[^1].Bytes;
        }

        return SafetensorsHeader.Format(metadata, entries);
    }

    private static void WriteTo(Stream stream, byte[] header, IReadOnlyList<(string Name, Shape Shape, float[] Values)> tensors)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach ((_, _, float[] values) in tensors)
        {
            stream.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    private static byte[] ReadHeader(FileStream stream)
    {
        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MostHeaderBytes)
        {
            throw new InvalidDataException("does not begin with the length of a header, so it is not a safetensors file");
        }

        if (length > (ulong)(stream.Length - LengthBytes))
        {
            throw new InvalidDataException("is cut short within its header");
        }

        var header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }
}
