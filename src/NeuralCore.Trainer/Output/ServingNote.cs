using NeuralCore.Trainer.Serving;

namespace NeuralCore.Trainer.Output;

/// <summary>A server is ready, and reached there.</summary>
/// <param name="Urls">Its addresses.</param>
/// <param name="IsOnNetwork">Whether other machines reach it.</param>
/// <param name="Fingerprint">The SHA-256 of its certificate, in hexadecimal; null without HTTPS.</param>
internal sealed record ServingNote(IReadOnlyList<string> Urls, bool IsOnNetwork, string? Fingerprint) : RunEvent
{
    /// <summary>What a person is told.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (string url in Urls)
        {
            yield return $"The page is at {url} and scripts post pictures to {url}predict.";
        }

        if (IsOnNetwork)
        {
            yield return "";
            foreach (string line in QrText.Of(Urls[0]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                yield return line.TrimEnd('\r');
            }

            yield return "Point a phone's camera at the code: it has to be in the same network.";
            if (Fingerprint is null)
            {
                yield return "Without --https the page has neither the phone's camera nor works offline; pictures can still be chosen or taken as files.";
            }
        }
        else
        {
            yield return "Only this machine reaches it; '--host lan' lets the local network in, for a phone.";
        }

        if (Fingerprint is not null)
        {
            yield return $"The browser warns once, since this machine made its certificate itself: go on if it shows the SHA-256 {Fingerprint[..16]}...";
        }

        yield return "Ctrl+C ends it.";
    }
}
