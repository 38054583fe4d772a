using NeuralCore.Data;

namespace NeuralCore;

/// <summary>What the items of a dataset count in training: those of some classes, or some items, more or less than others.</summary>
internal sealed class ItemWeights
{
    private readonly IDataset _data;
    private readonly float[]? _ofClasses;
    private readonly IReadOnlyList<float>? _ofItems;

    private ItemWeights(IDataset data, float[]? ofClasses, IReadOnlyList<float>? ofItems) => (_data, _ofClasses, _ofItems) = (data, ofClasses, ofItems);

    /// <summary>Puts weights together; null where all items count the same.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="ofClasses">The weights of classes; 1 for those that are missing.</param>
    /// <param name="ofItems">The weight of each item.</param>
    /// <exception cref="ArgumentException">There is no such class, not one weight an item, or a weight is not a number of at least 0.</exception>
    public static ItemWeights? Of(IDataset data, IReadOnlyDictionary<int, double>? ofClasses, IReadOnlyList<float>? ofItems)
    {
        if (ofItems is not null && ofItems.Count != data.Count)
        {
            throw new ArgumentException($"There are {ofItems.Count} weights for {data.Count} items: give one an item.");
        }

        foreach (float weight in ofItems ?? [])
        {
            RequireWeight(weight);
        }

        return ofClasses is null && ofItems is null ? null : new ItemWeights(data, ofClasses is null ? null : Table(data, ofClasses), ofItems);
    }

    /// <summary>What an item counts.</summary>
    public float this[int item] => (_ofClasses is null ? 1 : _ofClasses[_data.Label(item)]) * (_ofItems is null ? 1 : _ofItems[item]);

    private static float[] Table(IDataset data, IReadOnlyDictionary<int, double> ofClasses)
    {
        if (data.TargetShape is not null)
        {
            throw new ArgumentException("Class weights are for data with classes, and this data has numbers as targets.");
        }

        var table = new float[data.Classes];
        Array.Fill(table, 1f);
        foreach ((int label, double weight) in ofClasses)
        {
            RequireWeight(weight);
            if ((uint)label >= (uint)table.Length)
            {
                throw new ArgumentException($"There is a weight for class {label}, and the data has the classes 0 to {table.Length - 1}.");
            }

            table[label] = (float)weight;
        }

        return table;
    }

    private static void RequireWeight(double weight)
    {
        if (!(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentException($"A weight of items is a number of at least 0, not {weight}.");
        }
    }
}
