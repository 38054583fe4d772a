namespace NeuralCore;

/// <summary>How many elements a tensor of one image may have: offsets within it are counted in 32 bits.</summary>
internal static class TensorSize
{
    /// <summary>Requires that a number of elements can be counted in 32 bits.</summary>
    /// <param name="what">What has them.</param>
    /// <param name="count">The elements.</param>
    /// <exception cref="ArgumentException">There are more.</exception>
    public static void Require(string what, long count)
    {
        if (count > int.MaxValue)
        {
            throw new ArgumentException($"The {what} has {count:N0} elements, and a tensor has at most {int.MaxValue:N0}.");
        }
    }
}
