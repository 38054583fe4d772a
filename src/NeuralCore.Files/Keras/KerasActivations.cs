namespace NeuralCore.Files.Keras;

/// <summary>Activations by the names that Keras gives them.</summary>
internal static class KerasActivations
{
    /// <summary>The name of one.</summary>
    public static string NameOf(Activation activation) => LayerSettings.Name(activation);

    /// <summary>The one of a name; null for a name that the engine has nothing for.</summary>
    public static Activation? Parse(string name)
    {
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            if (NameOf(activation) == name.ToLowerInvariant())
            {
                return activation;
            }
        }

        return null;
    }
}
