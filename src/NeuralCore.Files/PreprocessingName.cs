
namespace NeuralCore.Files;

/// <summary>The names of the ways to prepare raw values, in files and on the command line.</summary>
public static class PreprocessingName
{
    /// <summary>The name: none, scale or l2-columns.</summary>
    public static string Of(Preprocessing preprocessing) => preprocessing switch
    {
        Preprocessing.None => "none",
        Preprocessing.Scale => "scale",
        Preprocessing.L2Columns => "l2-columns",
        _ => throw new ArgumentOutOfRangeException(nameof(preprocessing), preprocessing, "This way to prepare values has no name yet."),
    };

    /// <summary>What a name stands for, or null for a name that nothing has.</summary>
    public static Preprocessing? Parse(string name)
    {
        foreach (Preprocessing preprocessing in Enum.GetValues<Preprocessing>())
        {
            if (Of(preprocessing) == name)
            {
                return preprocessing;
            }
        }

        return null;
    }
}
