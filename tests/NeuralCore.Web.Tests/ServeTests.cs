using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using NeuralCore.Files;
using NeuralCore.Tests;
using NeuralCore.Trainer.Commands;
using NeuralCore.Trainer.Serving;
using NeuralCore.Web.Page;
using Xunit;

namespace NeuralCore.Web.Tests;

/// <summary>The web server: what it answers, and that no client keeps others from being answered.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private static readonly HashSet<string> Names = ["127.0.0.1"];

    private static readonly Dictionary<string, SiteFile> Files = new()
    {
        ["index.html"] = new("index.html", () => Encoding.UTF8.GetBytes("<!doctype html>" + new string('.', 5000))),
        ["js/app.js"] = new("js/app.js", () => "1"u8.ToArray()),
    };

    private readonly Ensemble _models = new([ModelFile.Load(Digits.Model, CpuBackend.Create(1)), ModelFile.Load(Digits.Model, CpuBackend.Create(1))]);
    private readonly HttpClient _client = new();
    private WebServer _server = null!;

    private Uri Address => new(_server.Addresses.First());

    public async Task InitializeAsync()
    {
        _server = await WebServer.Start(Files, new PredictEndpoint(_models, ["a", "b"]), new Listening(IPAddress.Loopback, 0, Names, null));
        _client.BaseAddress = Address;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _models.Dispose();
    }

    [Fact]
    public async Task A_picture_is_read_by_all_models()
    {
        JsonElement answer = await Predict(Picture(Digits.Three));
        Assert.Equal(3, answer.GetProperty("digit").GetInt32());
        Assert.Equal(10, answer.GetProperty("probabilities").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("mark").ValueKind);
        Assert.Equal(["a", "b"], answer.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task A_model_of_whole_pictures_names_what_it_sees()
    {
        using var folder = new TemporaryFolder();
        string file = Digits.ColourModel(folder);
        using var models = new Ensemble([ModelFile.Load(file, CpuBackend.Create(1))]);
        await using WebServer server = await WebServer.Start(Files, new PredictEndpoint(models, ["colours"], ModelNotes.Read(file)), new Listening(IPAddress.Loopback, 0, Names, null));
        using var client = new HttpClient();
        byte[] grey = [.. Enumerable.Repeat((byte)90, 20 * 12)];
        using HttpResponseMessage response = await client.PostAsync(new Uri(server.Addresses.First() + "/predict?content=lines"), new ByteArrayContent(Digits.Bmp(grey, 20, 12)));
        JsonElement answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Contains(answer.GetProperty("class").GetString(), (string[])["red", "green", "blue"]);
        Assert.Equal(3, answer.GetProperty("probabilities").GetArrayLength());
    }

    [Fact]
    public async Task A_sheet_is_read_in_lines()
    {
        (byte[] gray, int width, int height, string[] lines) = Digits.Sheet(first: 0, rows: 2, columns: 6, scale: 2);
        JsonElement answer = await Predict(Digits.Bmp(gray, width, height), "?content=lines");
        Assert.Equal(lines, answer.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!));
        Assert.Equal(12, answer.GetProperty("digits").GetArrayLength());
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_one_sentence()
    {
        await Refused("no picture"u8.ToArray(), HttpStatusCode.UnprocessableEntity);
        await Refused([], HttpStatusCode.BadRequest);
        await Refused(Picture(Digits.Three)[..200], HttpStatusCode.UnprocessableEntity);
        await Refused(Picture([]), HttpStatusCode.UnprocessableEntity);
        await Refused(new byte[WebServer.MostBytes + 1], HttpStatusCode.RequestEntityTooLarge);
        await Refused(Picture(Digits.Three), HttpStatusCode.BadRequest, "?content=letters");
        await Refused(Picture(Digits.Three), HttpStatusCode.UnprocessableEntity, "?content=grid");

        // A small file whose header claims more pixels than memory could hold.
        byte[] bomb = Picture(Digits.Three);
        BitConverter.TryWriteBytes(bomb.AsSpan(18), 60_000);
        BitConverter.TryWriteBytes(bomb.AsSpan(22), 60_000);
        await Refused(bomb, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_body_without_a_length_is_bounded_too()
    {
        using var content = new StreamContent(new MemoryStream(new byte[WebServer.MostBytes + 1]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "predict") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Files_come_compressed_once_and_with_strict_headers()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using HttpResponseMessage response = await _client.SendAsync(request);
        Assert.Equal("br", response.Content.Headers.ContentEncoding.Single());
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(response.Headers.Contains("Server"));

        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using HttpResponseMessage unchanged = await _client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("GET", "nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "../index.html", HttpStatusCode.OK)]
    [InlineData("GET", "%2e%2e/%2e%2e/etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("GET", "predict", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "index.html", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "index.html", HttpStatusCode.MethodNotAllowed)]
    public async Task Other_requests_are_refused(string method, string path, HttpStatusCode status)
    {
        using HttpResponseMessage response = await _client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, response.StatusCode);
        Assert.True(response.Headers.Contains("Content-Security-Policy"));
    }

    [Fact]
    public async Task A_name_that_is_not_this_machine_s_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "elsewhere.example" } };
        using HttpResponseMessage response = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
    }

    [Fact]
    public async Task The_description_names_every_answer()
    {
        JsonElement description = JsonDocument.Parse(await _client.GetStringAsync("openapi.json")).RootElement;
        JsonElement responses = description.GetProperty("paths").GetProperty("/predict").GetProperty("post").GetProperty("responses");
        Assert.Equal(["200", "400", "408", "413", "422", "503"], responses.EnumerateObject().Select(response => response.Name));
        JsonElement answer = await Predict(Picture(Digits.Three));
        JsonElement described = description.GetProperty("components").GetProperty("schemas").GetProperty("Digit");
        string[] answered = [.. answer.EnumerateObject().Select(property => property.Name)];
        Assert.Empty(answered.Except(described.GetProperty("properties").EnumerateObject().Select(property => property.Name)));
        Assert.Empty(described.GetProperty("required").EnumerateArray().Select(name => name.GetString()!).Except(answered));
    }

    /// <summary>Clients that send nothing, trickle or send nonsense, while others are answered.</summary>
    [Fact]
    public async Task Bad_clients_do_not_keep_good_ones_waiting()
    {
        var idle = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 150; i++)
            {
                var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Address.Port);
                await client.GetStream().WriteAsync("POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nx"u8.ToArray());
                idle.Add(client);
            }

            await Parallel.ForAsync(0, 200, async (i, _) =>
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Address.Port);
                var nonsense = new byte[100];
                new Random(i).NextBytes(nonsense);
                try
                {
                    await client.GetStream().WriteAsync(nonsense);
                }
                catch (IOException)
                {
                    // The server may have closed the connection already.
                }
            });
            byte[] picture = Picture(Digits.One);
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(1, (await Predict(picture)).GetProperty("digit").GetInt32());
            }
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task More_work_than_may_wait_is_refused_at_once()
    {
        var queue = new WorkQueue(atOnce: 1, mostWaiting: 1);
        Assert.True(await queue.Enter(TimeSpan.FromSeconds(1), CancellationToken.None));
        Task<bool> waiting = queue.Enter(TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.False(await queue.Enter(TimeSpan.FromSeconds(30), CancellationToken.None));
        queue.Leave();
        Assert.True(await waiting);
        Assert.False(await queue.Enter(TimeSpan.FromMilliseconds(1), CancellationToken.None));
        queue.Leave();
        Assert.True(await queue.Enter(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task With_a_certificate_it_answers_over_tls()
    {
        using X509Certificate2 certificate = LanCertificate.Make([IPAddress.Parse("192.168.7.9")], DateTimeOffset.UtcNow);
        Assert.True(certificate.MatchesHostname("192.168.7.9"));
        Assert.True(certificate.MatchesHostname("127.0.0.1"));
        Assert.False(certificate.MatchesHostname("192.168.7.8"));
        await using WebServer server = await WebServer.Start(Files, new PredictEndpoint(_models, ["a", "b"]), new Listening(IPAddress.Loopback, 0, Names, certificate));
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, seen, _, _) => seen!.Thumbprint == certificate.Thumbprint };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(server.Addresses.First()) };
        Assert.Equal(Uri.UriSchemeHttps, client.BaseAddress.Scheme);
        Assert.Equal("1", await client.GetStringAsync("js/app.js"));
    }

    [Fact]
    public void A_code_for_a_phone_is_square_and_framed()
    {
        string[] lines = QrText.Of("https://192.168.7.9:8080/").Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        Assert.Equal((lines[0].Length + 1) / 2, lines.Length);
        Assert.All(lines[0], module => Assert.Equal('█', module));
    }

    private static byte[] Picture(IReadOnlyList<(double X, double Y)> stroke)
    {
        const int Side = 120;
        return Digits.Bmp(Array.ConvertAll(Digits.Ink(Side, stroke), ink => (byte)(235 - (ink * 4 / 5))), Side, Side);
    }

    private async Task<JsonElement> Predict(byte[] picture, string query = "")
    {
        using HttpResponseMessage response = await _client.PostAsync("predict" + query, new ByteArrayContent(picture));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task Refused(byte[] picture, HttpStatusCode status, string query = "")
    {
        // Waits for 100 (Continue): a refusal is then read before the body is sent, instead of the connection being reset while it is.
        using var request = new HttpRequestMessage(HttpMethod.Post, "predict" + query) { Content = new ByteArrayContent(picture) };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await _client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        string sentence = JsonDocument.Parse(text).RootElement.GetProperty("error").GetString()!;
        Assert.EndsWith(".", sentence);
        Assert.DoesNotContain('\n', sentence);
    }
}
