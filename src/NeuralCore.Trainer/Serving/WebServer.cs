using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Primitives;

namespace NeuralCore.Trainer.Serving;

/// <summary>Where a server listens.</summary>
/// <param name="Address">The address; the loopback's unless other machines are to reach it.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
/// <param name="Names">The host names and addresses of this machine; requests for others are refused.</param>
/// <param name="Certificate">For HTTPS; null for plain HTTP.</param>
internal sealed record Listening(IPAddress Address, int Port, IReadOnlySet<string> Names, X509Certificate2? Certificate);

/// <summary>
/// Hands out the page and answers <c>POST /predict</c>. What clients can use is bounded: connections, the size of a request, the time that it may take to
/// arrive, and the work that waits.
/// </summary>
internal sealed class WebServer : IAsyncDisposable
{
    /// <summary>The largest picture, in bytes.</summary>
    public const int MostBytes = 16 << 20;

    private const int MostConnections = 2000;
    private const int MostHeaders = 60;
    private const int MostHeaderBytes = 16 << 10;
    private static readonly TimeSpan HeadersTime = TimeSpan.FromSeconds(10), IdleTime = TimeSpan.FromSeconds(60);

    /// <summary>The lowest rate of request and response bodies, demanded after the first 5 s.</summary>
    private static readonly MinDataRate SlowestRate = new(bytesPerSecond: 2000, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>Headers of every answer. A browser loads nothing but files of this server, and runs no code but its scripts and WebAssembly.</summary>
    private static readonly (string Name, StringValues Value)[] Headers =
    [
        ("Content-Security-Policy", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-cache"),
    ];

    private readonly IReadOnlyDictionary<string, SiteFile> _files;
    private readonly PredictEndpoint _predict;
    private readonly IReadOnlySet<string> _names;
    private readonly WebApplication _app;

    private WebServer(IReadOnlyDictionary<string, SiteFile> files, PredictEndpoint predict, Listening listening)
    {
        (_files, _predict, _names) = (files, predict, listening.Names);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            KestrelServerLimits limits = kestrel.Limits;
            limits.MaxConcurrentConnections = MostConnections;
            limits.MaxConcurrentUpgradedConnections = 0;
            limits.MaxRequestBodySize = MostBytes;
            limits.MaxRequestHeaderCount = MostHeaders;
            limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
            limits.RequestHeadersTimeout = HeadersTime;
            limits.KeepAliveTimeout = IdleTime;
            limits.MinRequestBodyDataRate = SlowestRate;
            limits.MinResponseDataRate = SlowestRate;
            kestrel.Listen(listening.Address, listening.Port, options =>
            {
                options.Protocols = HttpProtocols.Http1;
                if (listening.Certificate is { } certificate)
                {
                    options.UseHttps(certificate);
                }
            });
        });
        if (listening.Certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        _app = builder.Build();
        _app.Run(Answer);
    }

    /// <summary>The addresses that it listens at.</summary>
    public IEnumerable<string> Addresses => _app.Urls;

    /// <summary>Starts to listen.</summary>
    /// <param name="files">The page, by paths.</param>
    /// <param name="predict">What reads pictures.</param>
    /// <param name="listening">Where to listen.</param>
    /// <exception cref="RunException">The port is taken, or the address is not this machine's.</exception>
    public static async Task<WebServer> Start(IReadOnlyDictionary<string, SiteFile> files, PredictEndpoint predict, Listening listening)
    {
        var server = new WebServer(files, predict, listening);
        try
        {
            await server._app.StartAsync();
            return server;
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync();
            throw new RunException(ExitCode.RuntimeFailure, $"Nothing can listen at {listening.Address} port {listening.Port}: it is taken, or not this machine's; choose others with --port and --host.");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task Answer(HttpContext context)
    {
        foreach ((string name, StringValues value) in Headers)
        {
            context.Response.Headers[name] = value;
        }

        // DNS rebinding: a foreign site can resolve its own name to this address, and its scripts could then read what this server answers.
        if (!_names.Contains(context.Request.Host.Host))
        {
            return PredictEndpoint.Refuse(context, StatusCodes.Status421MisdirectedRequest, "This server does not answer to that host name.");
        }

        string path = context.Request.Path.Value ?? "/", method = context.Request.Method;
        return path switch
        {
            "/predict" when HttpMethods.IsPost(method) => _predict.Answer(context),
            "/predict" => NotAllowed(context, "POST"),
            _ when !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) => NotAllowed(context, "GET, HEAD"),
            "/openapi.json" => Send(context, OpenApi.File),
            _ when _files.TryGetValue(path == "/" ? "index.html" : path[1..], out SiteFile? file) => Send(context, file),
            _ => PredictEndpoint.Refuse(context, StatusCodes.Status404NotFound, "There is no such page."),
        };
    }

    private static Task NotAllowed(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return PredictEndpoint.Refuse(context, StatusCodes.Status405MethodNotAllowed, $"Only {allowed} is allowed here.");
    }

    private static async Task Send(HttpContext context, SiteFile file)
    {
        HttpResponse response = context.Response;
        response.Headers.ETag = file.Tag;
        response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        byte[] bytes = file.Bytes;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal) && file.Brotli.Length < bytes.Length)
        {
            bytes = file.Brotli;
            response.Headers.ContentEncoding = "br";
        }

        response.ContentType = file.ContentType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }
}
