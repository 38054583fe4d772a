namespace NeuralCore.Files.Hdf5;

/// <summary>What the elements of a dataset or an attribute are.</summary>
internal enum Hdf5Class
{
    Integer = 0,
    Float = 1,
    Text = 3,
    Variable = 9,
}

/// <summary>The type of one element.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="IsPlain">Little-endian and of full width, for numbers; a text, for elements of variable length.</param>
internal readonly record struct Hdf5Type(Hdf5Class Class, int Size, bool IsPlain)
{
    /// <summary>Whether this is a real number of 16, 32 or 64 bits.</summary>
    public bool IsReal => this is { Class: Hdf5Class.Float, Size: 2 or 4 or 8, IsPlain: true };

    /// <summary>Whether the 16 bits are the upper ones of 32, and not IEEE's.</summary>
    public bool IsBrain { get; private init; }

    /// <summary>The type as people call it.</summary>
    public override string ToString() => Class switch
    {
        Hdf5Class.Integer => $"{(IsPlain ? "" : "big-endian ")}int{Size * 8L}",
        Hdf5Class.Float => $"{(IsPlain ? "" : "unusual ")}float{Size * 8L}",
        Hdf5Class.Text => "text",
        _ => $"elements of HDF5's class {(int)Class}",
    };

    /// <summary>Reads a datatype message.</summary>
    public static Hdf5Type Read(ReadOnlySpan<byte> bytes)
    {
        const byte BigEndian = 1, Vax = 0x40;
        var cursor = new Hdf5Cursor(bytes, "a type");
        var kind = (Hdf5Class)(cursor.Byte() & 15);
        byte bits = cursor.Byte();
        cursor.Skip(2);
        uint size = cursor.UInt32();
        if (size is 0 or > int.MaxValue)
        {
            throw Hdf5Memory.Damage("a type has an impossible size");
        }

        bool isBrain = false;
        bool plain = kind switch
        {
            Hdf5Class.Integer => (bits & BigEndian) == 0 && IsFullWidth(ref cursor, size),
            Hdf5Class.Float => (bits & (BigEndian | Vax)) == 0 && IsFullWidth(ref cursor, size) && IsKnownFloat(ref cursor, size, out isBrain),
            Hdf5Class.Variable => (bits & 15) == 1,
            _ => true,
        };
        return new Hdf5Type(kind, (int)size, plain) { IsBrain = isBrain };
    }

    private static bool IsFullWidth(ref Hdf5Cursor cursor, uint size) => cursor.UInt16() == 0 && cursor.UInt16() == size * 8UL;

    /// <summary>Exponent and mantissa where IEEE 754 has them, or where brain floats do; of other sizes nothing is ever read as numbers.</summary>
    private static bool IsKnownFloat(ref Hdf5Cursor cursor, uint size, out bool isBrain)
    {
        isBrain = false;
        if (size is not (2 or 4 or 8))
        {
            return true;
        }

        ReadOnlySpan<byte> parts = cursor.Bytes(8);
        isBrain = size == 2 && parts.SequenceEqual<byte>([7, 8, 0, 7, 127, 0, 0, 0]);
        return isBrain || parts.SequenceEqual<byte>(size switch
        {
            2 => [10, 5, 0, 10, 15, 0, 0, 0],
            4 => [23, 8, 0, 23, 127, 0, 0, 0],
            _ => [52, 11, 0, 52, 255, 3, 0, 0],
        });
    }
}

/// <summary>The extents of a dataset or an attribute.</summary>
internal static class Hdf5Space
{
    private const int MostAxes = 32;

    /// <summary>Reads a dataspace message.</summary>
    /// <returns>The extents; empty for a single value. <c>[0]</c> for no value at all.</returns>
    /// <exception cref="InvalidDataException">The message is damaged, or the elements are more than 2,147,483,647.</exception>
    public static int[] Read(ReadOnlySpan<byte> bytes)
    {
        const byte NullSpace = 2;
        var cursor = new Hdf5Cursor(bytes, "a dataspace");
        byte version = cursor.Byte();
        int rank = cursor.Byte();
        cursor.Skip(1);
        bool isNull = version == 2 && cursor.Byte() == NullSpace;
        cursor.Skip(version switch
        {
            1 => 5,
            2 => 0,
            _ => throw Hdf5Memory.Damage($"a dataspace has the version {version}"),
        });
        if (rank > MostAxes)
        {
            throw Hdf5Memory.Damage($"a dataspace has {rank} axes");
        }

        var extents = new int[rank];
        long count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            ulong extent = cursor.UInt64();
            if (extent > int.MaxValue)
            {
                throw Hdf5Memory.Damage("an axis is too long");
            }

            extents[axis] = (int)extent;
            count *= extents[axis];
            if (count > int.MaxValue)
            {
                throw Hdf5Memory.Damage("a tensor has more than 2,147,483,647 elements");
            }
        }

        return isNull ? [0] : extents;
    }

    /// <summary>The number of elements.</summary>
    public static int Count(ReadOnlySpan<int> extents)
    {
        int count = 1;
        foreach (int extent in extents)
        {
            count *= extent;
        }

        return count;
    }

    /// <summary>Extents as people write them.</summary>
    public static string Name(ReadOnlySpan<int> extents) => extents.Length == 0 ? new Shape().ToString() : string.Join('x', extents.ToArray());
}
