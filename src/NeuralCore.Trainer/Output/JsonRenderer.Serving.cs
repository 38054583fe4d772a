namespace NeuralCore.Trainer.Output;

/// <content>A server.</content>
internal sealed partial class JsonRenderer
{
    public override void Serving(ServingNote note) => Write("serving", json =>
    {
        json.WriteStartArray("addresses");
        foreach (string url in note.Urls)
        {
            json.WriteStringValue(url);
        }

        json.WriteEndArray();
        json.WriteString("certificate_sha256", note.Fingerprint);
    });
}
