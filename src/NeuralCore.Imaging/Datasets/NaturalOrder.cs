namespace NeuralCore.Imaging.Datasets;

/// <summary>The order in which people number files: 2.png comes before 10.png. Letters are compared by their code.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The order.</summary>
    public static NaturalOrder Comparer { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x, right = y;
        while (!left.IsEmpty && !right.IsEmpty)
        {
            ReadOnlySpan<char> number = Digits(left), other = Digits(right);
            int order;
            if (number.IsEmpty || other.IsEmpty)
            {
                order = left[0].CompareTo(right[0]);
                left = left[1..];
                right = right[1..];
            }
            else
            {
                left = left[number.Length..];
                right = right[other.Length..];
                number = number.TrimStart('0');
                other = other.TrimStart('0');
                order = number.Length != other.Length ? number.Length.CompareTo(other.Length) : number.SequenceCompareTo(other);
            }

            if (order != 0)
            {
                return order;
            }
        }

        // Names that differ in leading zeros alone still have an order.
        int lengths = left.Length.CompareTo(right.Length);
        return lengths != 0 ? lengths : string.CompareOrdinal(x, y);
    }

    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count]))
        {
            count++;
        }

        return text[..count];
    }
}
