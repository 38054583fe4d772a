namespace NeuralCore.Imaging.Report;

/// <summary>The files that travel inside this assembly.</summary>
internal static class Resource
{
    /// <summary>The bytes of one of them.</summary>
    /// <param name="name">Its file name.</param>
    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(Resource).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly was built without '{name}'.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The text of one of them.</summary>
    public static string Text(string name) => System.Text.Encoding.UTF8.GetString(Bytes(name));
}
