using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using NeuralCore.Tests;

namespace NeuralCore.Web.Tests;

/// <summary>
/// The page in Firefox, driven by commands of WebDriver BiDi (a working draft of the W3C), which Firefox answers without a driver program.
/// Commands are sent one after the other.
/// </summary>
/// <param name="program">Firefox.</param>
internal sealed class FirefoxPage(string program) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _profile = new();
    private readonly ClientWebSocket _socket = new();
    private Process? _process;
    private string _context = "";
    private int _commands;

    /// <summary>Warnings and errors of the console.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Starts the browser, goes to an address and waits until the page reads.</summary>
    public async Task Start(string address, int width, int height)
    {
        _process = Process.Start(new ProcessStartInfo(program, ["--headless", "--no-remote", "--profile", _profile.Path, "--remote-debugging-port", "0"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = _process.StandardOutput.ReadToEndAsync();
        const string Announcement = "WebDriver BiDi listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync() ?? throw new InvalidOperationException("Firefox ended before it listened.");
        }
        while (!line.StartsWith(Announcement, StringComparison.Ordinal));

        _ = _process.StandardError.ReadToEndAsync();
        await _socket.ConnectAsync(new Uri(line[Announcement.Length..] + "/session"), CancellationToken.None);
        await Command("session.new", new { capabilities = new { } });
        await Command("session.subscribe", new { events = new[] { "log.entryAdded" } });
        _context = (await Command("browsingContext.getTree", new { })).GetProperty("contexts")[0].GetProperty("context").GetString()!;
        await Command("browsingContext.setViewport", new { context = _context, viewport = new { width, height } });
        await Command("browsingContext.navigate", new { context = _context, url = address, wait = "complete" });
        await Until("globalThis.startedIn > 0");
    }

    /// <summary>Waits until an expression is true.</summary>
    public async Task Until(string expression)
    {
        long start = Stopwatch.GetTimestamp();
        while (!(await Value(expression)).GetBoolean())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"It did not become true: {expression}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Presses a button.</summary>
    public Task Click(string id) => Value($"document.getElementById('{id}').click()");

    /// <summary>Draws a stroke with the mouse, within a part of a pad that is as high as the pad and begins at a share of its width.</summary>
    public async Task Draw(string pad, IReadOnlyList<(double X, double Y)> stroke, double left)
    {
        JsonElement box = JsonDocument.Parse((await Value($"JSON.stringify(document.getElementById('{pad}').getBoundingClientRect())")).GetString()!).RootElement;
        (double x, double y, double width, double height) = (box.GetProperty("x").GetDouble(), box.GetProperty("y").GetDouble(), box.GetProperty("width").GetDouble(), box.GetProperty("height").GetDouble());
        object[] moves = [.. stroke.Select(point => new { type = "pointerMove", duration = 20, x = (int)(x + (left * width) + (0.6 * point.X * height)), y = (int)(y + ((0.1 + (0.8 * point.Y)) * height)) })];
        object[] actions = [moves[0], new { type = "pointerDown", button = 0 }, .. moves[1..], new { type = "pointerUp", button = 0 }];
        await Command("input.performActions", new { context = _context, actions = new[] { new { type = "pointer", id = "mouse", parameters = new { pointerType = "mouse" }, actions } } });
    }

    /// <summary>Keeps a picture of the screen.</summary>
    public async Task Keep(string name) =>
        File.WriteAllBytes(Path.Combine(Browser.Artefacts, name + ".png"), (await Command("browsingContext.captureScreenshot", new { context = _context })).GetProperty("data").GetBytesFromBase64());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _socket.Dispose();
        _profile.Dispose();
    }

    private async Task<JsonElement> Value(string expression)
    {
        JsonElement answer = await Command("script.evaluate", new { expression, target = new { context = _context }, awaitPromise = true });
        return answer.GetProperty("type").GetString() == "success"
            ? answer.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value : default
            : throw new InvalidOperationException($"{expression}: {answer}");
    }

    /// <summary>Sends a command and waits for its answer; what the console says meanwhile is kept.</summary>
    private async Task<JsonElement> Command(string method, object parameters)
    {
        using var timeout = new CancellationTokenSource(Patience);
        int id = ++_commands;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }), WebSocketMessageType.Text, endOfMessage: true, timeout.Token);
        while (true)
        {
            JsonElement message = await Receive(timeout.Token);
            switch (message.GetProperty("type").GetString())
            {
                case "event" when message.GetProperty("params").TryGetProperty("level", out JsonElement level) && level.GetString() is "warn" or "error":
                    Complaints.Add(message.GetProperty("params").ToString());
                    break;
                case "success" when message.GetProperty("id").GetInt32() == id:
                    return message.GetProperty("result");
                case "error":
                    throw new InvalidOperationException($"{method}: {message}");
            }
        }
    }

    private async Task<JsonElement> Receive(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var part = new byte[1 << 16];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(new ArraySegment<byte>(part), cancellationToken);
            message.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);

        return JsonDocument.Parse(message.ToArray()).RootElement;
    }
}
