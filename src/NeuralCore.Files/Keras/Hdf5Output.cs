using PureHDF;

namespace NeuralCore.Files.Keras;

/// <summary>The pieces of HDF5 that Keras's files are put together from, as h5py would write them.</summary>
internal static class Hdf5Output
{
    // Plain datasets, like Keras's; the pieces are small, so no reader needs more than this.
    private static readonly H5WriteOptions Options = new() { PreferCompactDatasetLayout = false };

    /// <summary>A group with attributes.</summary>
    public static H5Group Group(params (string Name, object Value)[] attributes)
    {
        var group = new H5Group();
        foreach ((string name, object value) in attributes)
        {
            group.Attributes[name] = value;
        }

        return group;
    }

    /// <summary>Names as an attribute's value. A list without elements has no type in Python, and becomes one of float64.</summary>
    public static object Names(IReadOnlyCollection<string> names) => names.Count == 0 ? Array.Empty<double>() : names.ToArray();

    /// <summary>A tensor.</summary>
    public static H5Dataset Tensor(Shape shape, float[] values) => new(values, fileDims: [.. shape.Extents.ToArray().Select(extent => (ulong)extent)]);

    /// <summary>A single number.</summary>
    public static H5Dataset Number<T>(T value)
        where T : unmanaged => new(new[] { value }, fileDims: []);

    /// <summary>Adds an object under a path, with the groups on the way.</summary>
    public static void Add(H5Group group, string path, object item)
    {
        string[] names = path.Split('/');
        foreach (string name in names[..^1])
        {
            if (!group.TryGetValue(name, out object? inner))
            {
                group[name] = inner = new H5Group();
            }

            group = (H5Group)inner;
        }

        group[names[^1]] = item;
    }

    /// <summary>The parameters of each layer of a model, by the layer's index.</summary>
    public static ILookup<int, (int Index, string Name, ModelParameter Parameter)> ByLayer(Model model)
    {
        IReadOnlyList<string> names = LayerChain.Of(model).Names;
        Dictionary<string, int> layers = Enumerable.Range(0, names.Count).ToDictionary(i => names[i]);
        return model.Parameters
            .Select((parameter, index) => (Index: index, Name: parameter.Name.Split('/')[1], Parameter: parameter))
            .ToLookup(entry => layers[entry.Parameter.Name.Split('/')[0]]);
    }

    /// <summary>The bytes of a file.</summary>
    public static MemoryStream Bytes(H5File file)
    {
        var stream = new MemoryStream();
        file.Write(stream, Options);
        stream.Position = 0;
        return stream;
    }
}
