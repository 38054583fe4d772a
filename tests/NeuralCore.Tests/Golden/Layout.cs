namespace NeuralCore.Tests.Golden;

/// <summary>Between PyTorch's layouts (channels first, outputs first) and the engine's (channels last, outputs last).</summary>
internal static class Layout
{
    /// <summary>N x C x H x W to N x H x W x C.</summary>
    public static T[] ToChannelsLast<T>(T[] values, params int[] nchw) => Permute(values, nchw, 0, 2, 3, 1);

    /// <summary>N x H x W x C to N x C x H x W; the extents are those of the result.</summary>
    public static T[] ToChannelsFirst<T>(T[] values, params int[] nchw) =>
        Permute(values, [nchw[0], nchw[2], nchw[3], nchw[1]], 0, 3, 1, 2);

    /// <summary>O x I x H x W to H x W x I x O.</summary>
    public static T[] ToHwio<T>(T[] values, params int[] oihw) => Permute(values, oihw, 2, 3, 1, 0);

    /// <summary>H x W x I x O to O x I x H x W; the extents are those of the result.</summary>
    public static T[] ToOihw<T>(T[] values, params int[] oihw) => Permute(values, [oihw[2], oihw[3], oihw[1], oihw[0]], 3, 2, 0, 1);

    /// <summary>Rows x columns to columns x rows.</summary>
    public static T[] Transpose<T>(T[] values, int rows, int columns) => Permute(values, [rows, columns], 1, 0);

    /// <summary>Reorders the axes: axis i of the result is axis <c>order[i]</c> of the source.</summary>
    private static T[] Permute<T>(T[] values, int[] extents, params int[] order)
    {
        int rank = extents.Length;
        int[] strides = new int[rank];
        for (int axis = rank - 1, stride = 1; axis >= 0; stride *= extents[axis--])
        {
            strides[axis] = stride;
        }

        var result = new T[values.Length];
        int[] index = new int[rank];
        for (int target = 0; target < result.Length; target++)
        {
            int source = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                source += index[axis] * strides[order[axis]];
            }

            result[target] = values[source];
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == extents[order[axis]]; axis--)
            {
                index[axis] = 0;
            }
        }

        return result;
    }
}
