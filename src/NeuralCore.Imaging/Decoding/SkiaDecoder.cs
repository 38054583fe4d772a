using System.Runtime.InteropServices;
using NeuralCore.Data;
using SkiaSharp;

namespace NeuralCore.Imaging.Decoding;

/// <summary>
/// Decodes with SkiaSharp what ImageSharp does badly: WebP, for which that takes gigabytes where a file asks for them; interlaced PNG, of which some
/// damaged files keep it busy for ever; and JPEG files too large to be taken whole, which this decodes at a half, a quarter or an eighth of their size.
/// </summary>
internal static class SkiaDecoder
{
    /// <summary>JPEG's blocks are eight pixels a side.</summary>
    private const int MostReduction = 8;

    /// <summary>Decodes a picture.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What it is called in failures.</param>
    /// <param name="format">Its format.</param>
    /// <param name="mostPixels">The most pixels that it may have; of other formats than JPEG no more than a picture comes out with.</param>
    /// <returns>The pixels, and how they are stored.</returns>
    /// <exception cref="DataFileException">It is damaged, or has too many pixels.</exception>
    public static (DecodedPixels Pixels, SKEncodedOrigin Origin) Decode(byte[] file, string path, PictureFormat format, int mostPixels)
    {
        GCHandle pin = GCHandle.Alloc(file, GCHandleType.Pinned);
        try
        {
            using SKData data = SKData.Create(pin.AddrOfPinnedObject(), file.Length);
            using SKCodec codec = SKCodec.Create(data) ?? throw ImageFile.Damaged(path, format);
            ImageFile.RequireSize(path, codec.Info.Width, codec.Info.Height, format == PictureFormat.Jpeg ? mostPixels : Math.Min(mostPixels, ImageFile.MaxPixels));
            int reduction = Math.Min(MostReduction, DecodedPixels.ReductionFor(codec.Info.Width, codec.Info.Height));
            SKSizeI size = reduction == 1 ? codec.Info.Size : codec.GetScaledDimensions(1f / reduction);
            return (new DecodedPixels(GetPixels(codec, size, path, format), size.Width, size.Height, reduction), codec.EncodedOrigin);
        }
        finally
        {
            pin.Free();
        }
    }

    private static byte[] GetPixels(SKCodec codec, SKSizeI size, string path, PictureFormat format)
    {
        // Without a colour space nothing is converted: the numbers are those of the file, on every machine.
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var rgba = new byte[info.BytesSize];
        GCHandle pin = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            return codec.GetPixels(info, pin.AddrOfPinnedObject()) switch
            {
                SKCodecResult.Success => rgba,
                SKCodecResult.IncompleteInput => throw ImageFile.Fault(path, $"is a {format.Name()} picture that ends too early; replace it with a whole copy"),
                SKCodecResult.Unimplemented or SKCodecResult.InvalidConversion =>
                    throw ImageFile.Fault(path, $"is a {format.Name()} picture of a kind that cannot be read here; save it again as a plain PNG or JPEG"),
                _ => throw ImageFile.Damaged(path, format),
            };
        }
        finally
        {
            pin.Free();
        }
    }
}
