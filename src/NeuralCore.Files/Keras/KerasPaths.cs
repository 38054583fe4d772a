using System.Globalization;
using NeuralCore.Files.Hdf5;

namespace NeuralCore.Files.Keras;

/// <summary>
/// Where Keras 3 keeps the tensors of each layer: under its class in snake case, with a number for the second of a class in the same model and those
/// after it. Keras 2.12 called the list of layers by another name, and counted otherwise; so the order of the numbers is what counts.
/// </summary>
internal static class KerasPaths
{
    private const string NewFolder = "layers", OldFolder = "_layer_checkpoint_dependencies";

    /// <summary>The group of each layer that is no model, with its path; layers that the file has no group for are left out.</summary>
    public static Dictionary<KerasLayer, (string Path, Hdf5Object Group)> Of(KerasModel model, Hdf5Object root)
    {
        var paths = new Dictionary<KerasLayer, (string, Hdf5Object)>(ReferenceEqualityComparer.Instance);
        Add(model, root, string.Empty, paths);
        return paths;
    }

    private static void Add(KerasModel model, Hdf5Object parent, string path, Dictionary<KerasLayer, (string, Hdf5Object)> paths)
    {
        string name = parent.Find(NewFolder) is null ? OldFolder : NewFolder;
        if (parent.Find(name) is not { IsDataset: false } folder)
        {
            return;
        }

        ILookup<string, string> groups = folder.Names.OrderBy(Number).ToLookup(group => Number(group) < 0 ? group : group[..group.LastIndexOf('_')]);
        var used = new Dictionary<string, int>();
        foreach (KerasLayer layer in model.Layers)
        {
            string kind = KerasText.SnakeCase(layer.ClassName);
            int place = used.GetValueOrDefault(kind);
            used[kind] = place + 1;
            if (groups[kind].ElementAtOrDefault(place) is not { } group || folder.Find(group) is not { IsDataset: false } found)
            {
                continue;
            }

            if (layer.Inner is { } inner)
            {
                Add(inner, found, $"{path}{name}/{group}/", paths);
            }
            else
            {
                paths.TryAdd(layer, ($"{path}{name}/{group}", found));
            }
        }
    }

    /// <summary>The number that a name ends in; -1 for none.</summary>
    private static int Number(string name) => name.LastIndexOf('_') is > 0 and var end
        && int.TryParse(name.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
