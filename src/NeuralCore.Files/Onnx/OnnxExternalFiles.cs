using System.Globalization;

namespace NeuralCore.Files.Onnx;

/// <summary>
/// The files beside an ONNX file that hold its larger tensors. A name may not lead out of the folder: a model from somewhere is not to read what
/// else lies on the disk.
/// </summary>
/// <param name="folder">The folder of the ONNX file.</param>
internal sealed class OnnxExternalFiles(string folder)
{
    private const int MostFiles = 1_000;

    private readonly Dictionary<string, byte[]> _files = [];

    /// <summary>The bytes of the files that were read.</summary>
    public long Bytes { get; private set; }

    /// <summary>The bytes of a tensor.</summary>
    /// <param name="tensor">Its name, for a message.</param>
    /// <param name="place">What the file says about where it is: <c>location</c>, <c>offset</c>, <c>length</c>.</param>
    /// <param name="length">Its bytes.</param>
    /// <exception cref="InvalidDataException">They are not there.</exception>
    /// <exception cref="IOException">The file can not be read.</exception>
    public ArraySegment<byte> Find(string tensor, IReadOnlyDictionary<string, string> place, long length)
    {
        string name = place.GetValueOrDefault("location", "");
        string[] parts = name.Split('/', '\\');
        if (name.Length == 0 || Path.IsPathRooted(name) || parts.Contains("..") || name.Contains(':'))
        {
            throw new InvalidDataException($"has the tensor {FileText.Quote(tensor)} in the file {FileText.Quote(name)}, which is not beside it");
        }

        if (!_files.TryGetValue(name, out byte[]? bytes))
        {
            string path = Path.Combine(folder, Path.Combine(parts));
            if (_files.Count == MostFiles || !File.Exists(path))
            {
                throw new InvalidDataException($"lacks the file {FileText.Quote(name)} beside it, which holds its tensor {FileText.Quote(tensor)}");
            }

            _files[name] = bytes = FileContent.Read(path);
            Bytes += bytes.Length;
        }

        long offset = Number("offset", 0), given = Number("length", length);
        return offset >= 0 && given == length && offset <= bytes.Length - length
            ? new ArraySegment<byte>(bytes, (int)offset, (int)length)
            : throw new InvalidDataException($"has the tensor {FileText.Quote(tensor)} at a place of the file {FileText.Quote(name)} that is not there");

        long Number(string key, long fallback) => !place.TryGetValue(key, out string? text) ? fallback
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : -1;
    }
}
