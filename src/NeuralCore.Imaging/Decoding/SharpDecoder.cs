using NeuralCore.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace NeuralCore.Imaging.Decoding;

/// <summary>
/// Decodes with ImageSharp, which is managed code: PNG, JPEG, GIF, BMP and TIFF, and no other format is known to it here. One frame, no metadata,
/// memory bounded, and whatever it throws becomes one sentence: besides its own exceptions damaged files make it throw a dozen others.
/// </summary>
internal static class SharpDecoder
{
    /// <summary>The most that one buffer may take: the largest picture, four bytes a pixel, and as much again as rows are padded by.</summary>
    private const int MostMegabytes = 288;

    /// <summary>What is kept for the next picture.</summary>
    private const int KeptMegabytes = 64;

    private static readonly Configuration Configuration = Configure();

    /// <summary>The size of a picture, read from its headers alone.</summary>
    public static (int Width, int Height) Measure(byte[] file, string path, PictureFormat format) => Guard(path, format, () =>
    {
        using var stream = new MemoryStream(file);
        return Image.Identify(Configuration, stream) is { Width: > 0, Height: > 0 } info
            ? (info.Width, info.Height)
            : throw new InvalidImageContentException("The size is missing.");
    });

    /// <summary>Decodes a picture.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What it is called in failures.</param>
    /// <param name="format">Its format.</param>
    /// <exception cref="DataFileException">It is damaged.</exception>
    public static DecodedPixels Decode(byte[] file, string path, PictureFormat format) => Guard(path, format, () =>
    {
        using Image<Rgba32> image = Image.Load<Rgba32>(Configuration, file);
        return Take(image);
    });

    private static DecodedPixels Take(Image<Rgba32> image)
    {
        int reduction = DecodedPixels.ReductionFor(image.Width, image.Height);
        (int width, int height) = (image.Width / reduction, image.Height / reduction);
        var rgba = new byte[width * height * 4];
        if (reduction == 1)
        {
            image.CopyPixelDataTo(rgba);
            return new DecodedPixels(rgba, width, height);
        }

        image.ProcessPixelRows(rows =>
        {
            var sums = new int[width * 4];
            for (int y = 0; y < height; y++)
            {
                Array.Clear(sums);
                for (int row = 0; row < reduction; row++)
                {
                    Add(rows.GetRowSpan((y * reduction) + row), sums, reduction);
                }

                for (int i = 0; i < sums.Length; i++)
                {
                    rgba[(y * sums.Length) + i] = (byte)(sums[i] / (reduction * reduction));
                }
            }
        });
        return new DecodedPixels(rgba, width, height, reduction);
    }

    private static void Add(ReadOnlySpan<Rgba32> row, Span<int> sums, int reduction)
    {
        for (int x = 0, i = 0; i < sums.Length; i += 4)
        {
            for (int end = x + reduction; x < end; x++)
            {
                Rgba32 pixel = row[x];
                sums[i] += pixel.R;
                sums[i + 1] += pixel.G;
                sums[i + 2] += pixel.B;
                sums[i + 3] += pixel.A;
            }
        }
    }

    private static T Guard<T>(string path, PictureFormat format, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw failure is NotSupportedException or ImageProcessingException
                ? ImageFile.Fault(path, $"is a {format.Name()} picture of a kind that cannot be read here; save it again as a plain PNG or JPEG", failure)
                : ImageFile.Damaged(path, format, failure);
        }
    }

    private static Configuration Configure()
    {
        var configuration = new Configuration
        {
            MaxDegreeOfParallelism = 1,
            MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = MostMegabytes, MaximumPoolSizeMegabytes = KeptMegabytes }),
        };
        Add(PngFormat.Instance, new PngImageFormatDetector(), new PngDecoder { IgnoreMetadata = true });
        Add(JpegFormat.Instance, new JpegImageFormatDetector(), new JpegDecoder { IgnoreMetadata = true });
        Add(GifFormat.Instance, new GifImageFormatDetector(), new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First });
        Add(BmpFormat.Instance, new BmpImageFormatDetector(), new BmpDecoder());
        Add(TiffFormat.Instance, new TiffImageFormatDetector(), new TiffDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First });
        return configuration;

        void Add(IImageFormat format, IImageFormatDetector detector, IImageDecoder decoder)
        {
            configuration.ImageFormatsManager.AddImageFormat(format);
            configuration.ImageFormatsManager.AddImageFormatDetector(detector);
            configuration.ImageFormatsManager.SetDecoder(format, decoder);
        }
    }
}
