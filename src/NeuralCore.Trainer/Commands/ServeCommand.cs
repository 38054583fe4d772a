using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NeuralCore.Trainer.Output;
using NeuralCore.Trainer.Serving;

namespace NeuralCore.Trainer.Commands;

/// <summary>Serves the page with a model, and predictions for scripts.</summary>
internal sealed class ServeCommand : TrainerCommand
{
    private const int UsualPort = 8080, LastPort = 65535;

    private readonly Option<string[]> _models = ModelOption.CreateSeveral("The page has the first; /predict takes the mean of all.", required: false);
    private readonly Option<int> _port = OptionOf.WholeNumber("--port", "Port to listen at; 0 takes a free one.", UsualPort, 0, LastPort);
    private readonly Option<string?> _host = new("--host")
    {
        Description = "Address to listen at: this machine alone (127.0.0.1) unless set; 'lan' for the local network, or an address of this machine.",
        HelpName = "ADDRESS",
    };

    private readonly Option<bool> _https = new("--https") { Description = "Use HTTPS with a certificate made for this machine's addresses, which a phone's camera asks for." };
    private readonly PreprocessOption _preparation = ModelOption.Preparation();

    public ServeCommand()
        : base("serve", "Serves the page where a model reads drawings and photos in the browser, and POST /predict for scripts.") =>
        Take(_models, _port, _host, _https, _preparation);

    /// <inheritdoc/>
    public override void Run(ParseResult line, Renderer renderer, CancellationToken cancellationToken)
    {
        string[] paths = line.GetValue(_models) is { Length: > 0 } named ? named : [ModelOption.Locate(null, renderer)];
        IPAddress address = AddressOf(line.GetValue(_host));
        using Ensemble models = SavedModel.LoadAll(paths, () => CpuBackend.Create(1), renderer, _preparation.Value(line));
        Site site = Site.Of(models.Members[0], paths[0]);
        IReadOnlyList<IPAddress> own = address.Equals(IPAddress.Any) ? LanCertificate.Addresses() : IPAddress.IsLoopback(address) ? [] : [address];
        using X509Certificate2? certificate = line.GetValue(_https) ? LanCertificate.Make(own, DateTimeOffset.Now) : null;
        var listening = new Listening(address, line.GetValue(_port), Names(own), certificate);
        Serve(site, new PredictEndpoint(models, [.. paths.Select(path => Path.GetFileName(path))], ModelNotes.Read(paths[0])), listening, own, renderer, cancellationToken).GetAwaiter().GetResult();
    }

    private static IPAddress AddressOf(string? host) => host switch
    {
        null or "localhost" => IPAddress.Loopback,
        "lan" => IPAddress.Any,
        _ => IPAddress.TryParse(host, out IPAddress? address)
            ? address
            : throw new RunException(ExitCode.Usage, $"--host takes 'lan' or an address of this machine, not '{host}'."),
    };

    private static HashSet<string> Names(IEnumerable<IPAddress> own) =>
        new(own.Select(address => $"{address}").Concat(["localhost", "127.0.0.1", "[::1]", Dns.GetHostName(), $"{Dns.GetHostName()}.local"]), StringComparer.OrdinalIgnoreCase);

    private static async Task Serve(
        Site site, PredictEndpoint predict, Listening listening, IReadOnlyList<IPAddress> own, Renderer renderer, CancellationToken cancellationToken)
    {
        await using WebServer server = await WebServer.Start(site.Files, predict, listening);
        _ = Task.Run(predict.WarmUp, cancellationToken);
        int port = new Uri(server.Addresses.First()).Port;
        string scheme = listening.Certificate is null ? "http" : "https";
        string[] urls = [.. (own.Count > 0 ? own : [listening.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : listening.Address]).Select(address => $"{scheme}://{new IPEndPoint(address, port)}/")];
        renderer.Show(new ServingNote(urls, own.Count > 0, listening.Certificate?.GetCertHashString(HashAlgorithmName.SHA256)));
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // A server runs until it is cancelled.
        }
    }
}
