using NeuralCore.Imaging.Decoding;
using NeuralCore.Vision.Pixels;
using SkiaSharp;
using Xunit;

namespace NeuralCore.Imaging.Tests.Decoding;

/// <summary>The eight ways in which a camera can store a picture.</summary>
public sealed class OrientationTests
{
    // Upright: 0 1
    //          2 3
    //          4 5
    [Theory]
    [InlineData(1, 2, 3, "012345")]
    [InlineData(2, 2, 3, "103254")]
    [InlineData(3, 2, 3, "543210")]
    [InlineData(4, 2, 3, "452301")]
    [InlineData(5, 3, 2, "024135")]
    [InlineData(6, 3, 2, "135024")]
    [InlineData(7, 3, 2, "531420")]
    [InlineData(8, 3, 2, "420531")]
    public void Stored_pixels_are_turned_upright(int origin, int width, int height, string stored)
    {
        byte[] rgba = [.. stored.SelectMany(digit => (byte[])[(byte)digit, (byte)digit, (byte)digit, 255])];
        ColourImage upright = Transparency.OnPaper(new DecodedPixels(rgba, width, height), (SKEncodedOrigin)origin);
        Assert.Equal((2, 3), (upright.Width, upright.Height));
        Assert.Equal("012345", string.Concat(upright.Pixels.Chunk(3).Select(pixel => (char)pixel[0])));
    }
}
