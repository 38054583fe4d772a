namespace NeuralCore.Trainer.Serving;

/// <summary>What the server answers, as the OpenAPI Initiative's format describes it.</summary>
internal static class OpenApi
{
    /// <summary>The description.</summary>
    public static SiteFile File { get; } = new("openapi.json", Read);

    private static byte[] Read()
    {
        using Stream resource = typeof(OpenApi).Assembly.GetManifestResourceStream("openapi.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
