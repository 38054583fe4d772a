using System.IO.Compression;
using System.Security.Cryptography;

namespace NeuralCore.Trainer.Serving;

/// <summary>A file of the page: where its bytes are, and in which forms.</summary>
/// <param name="path">Its path below the page, such as <c>js/app.js</c>.</param>
/// <param name="read">Reads the bytes.</param>
/// <param name="readBrotli">Reads them compressed by Brotli; null if they are compressed when they are first asked for.</param>
internal sealed class SiteFile(string path, Func<byte[]> read, Func<byte[]>? readBrotli = null)
{
    /// <summary>Where the time for a byte saved is best: a third of it goes for half a hundredth more.</summary>
    private const int Quality = 5;

    private const int Window = 22;

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".wasm"] = "application/wasm",
    };

    private readonly Lazy<byte[]> _bytes = new(read);
    private Lazy<byte[]>? _brotli;
    private Lazy<string>? _tag;

    /// <summary>Its path below the page.</summary>
    public string Path => path;

    /// <summary>What it is.</summary>
    public string ContentType { get; } = Types.GetValueOrDefault(System.IO.Path.GetExtension(path), "application/octet-stream");

    /// <summary>The bytes.</summary>
    public byte[] Bytes => _bytes.Value;

    /// <summary>The bytes compressed by Brotli.</summary>
    public byte[] Brotli => (_brotli ??= new Lazy<byte[]>(readBrotli ?? Compress)).Value;

    /// <summary>Changes with the bytes.</summary>
    public string Tag => (_tag ??= new Lazy<string>(() => $"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 12))}\"")).Value;

    /// <summary>A file on the disk, and the compressed one beside it if there is one.</summary>
    public static SiteFile OnDisk(string path, string file) =>
        new(path, () => File.ReadAllBytes(file), File.Exists(file + ".br") ? () => File.ReadAllBytes(file + ".br") : null);

    private byte[] Compress()
    {
        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(Bytes.Length)];
        return BrotliEncoder.TryCompress(Bytes, compressed, out int length, Quality, Window) ? compressed[..length] : Bytes;
    }
}
