using System.Security.Cryptography;
using NeuralCore.Data;

namespace NeuralCore.Trainer;

/// <summary>Tells one set of images from another.</summary>
internal static class DataFingerprint
{
    private const int Digits = 16;

    /// <summary>The first 64 bits of the SHA-256 of all pixels and labels, as hexadecimal digits.</summary>
    public static string Of(LabelledImages images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < images.Count; i++)
        {
            hash.AppendData(images.Pixels(i));
        }

        hash.AppendData(images.Labels);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }
}
