namespace NeuralCore.Gpu.Kernels;

/// <summary>The tiles of 4x4 outputs of some of the images of a convolution.</summary>
internal readonly struct WinogradSizes
{
    /// <summary>The products of a tile, for one channel and filter.</summary>
    public const int Places = 36;

    public readonly ConvSizes Conv;
    public readonly int FirstImage;
    public readonly int Images;
    public readonly int TilesDown;
    public readonly int TilesAcross;
    private const int TileExtent = 4;
    private readonly int _mostImages;

    /// <summary>The tiles of images from <paramref name="firstImage"/> on, at most a given number; of none, behind the last.</summary>
    public WinogradSizes(in ConvSizes conv, int firstImage, int mostImages)
    {
        (Conv, FirstImage, _mostImages) = (conv, firstImage, mostImages);
        Images = Math.Min(mostImages, conv.Images - firstImage);
        (TilesDown, TilesAcross) = (TilesAlong(conv.OutHeight), TilesAlong(conv.OutWidth));
    }

    /// <summary>The tiles of all of them.</summary>
    public int Tiles => Images * TilesDown * TilesAcross;

    /// <summary>Those of the images behind them.</summary>
    public WinogradSizes Next => new(Conv, FirstImage + Images, _mostImages);

    /// <summary>How many tiles cover an extent.</summary>
    public static int TilesAlong(int extent) => (extent + TileExtent - 1) / TileExtent;

    /// <summary>Where a tile begins.</summary>
    public TilePlace PlaceOf(int tile)
    {
        int row = tile / TilesAcross, image = row / TilesDown;
        return new TilePlace(FirstImage + image, (row - (image * TilesDown)) * TileExtent, (tile - (row * TilesAcross)) * TileExtent);
    }
}

/// <summary>An image, and the pixel of its output at which a tile begins.</summary>
internal readonly struct TilePlace(int image, int row, int column)
{
    public readonly int Image = image;
    public readonly int Row = row;
    public readonly int Column = column;
}
