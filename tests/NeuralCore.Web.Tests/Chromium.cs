using NeuralCore.Files;
using NeuralCore.Trainer.Serving;
using PuppeteerSharp;
using Xunit;

namespace NeuralCore.Web.Tests;

/// <summary>
/// A real Chromium and a server with the page. Tests that need them are skipped, with the reason, where the browser is not installed or the page
/// was not published; <c>NEURALCORE_CHROMIUM</c> names another browser.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe"];

    private readonly List<IBrowser> _browsers = [];
    private Ensemble? _models;
    private WebServer? _server;
    private string? _program;
    private string? _missing;

    /// <summary>Where pictures of the screen are kept.</summary>
    public static string Artefacts { get; } = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "screens")).FullName;

    /// <summary>The page's address.</summary>
    public string Address => _server!.Addresses.First() + "/";

    public async Task InitializeAsync()
    {
        _program = Environment.GetEnvironmentVariable("NEURALCORE_CHROMIUM") ?? Places.FirstOrDefault(File.Exists);
        if (_program is null)
        {
            _missing = "There is no Chromium here; NEURALCORE_CHROMIUM may name one.";
            return;
        }

        _models = new Ensemble([ModelFile.Load(Digits.Model, CpuBackend.Create(1))]);
        try
        {
            var listening = new Listening(System.Net.IPAddress.Loopback, 0, new HashSet<string> { "127.0.0.1" }, null);
            _server = await WebServer.Start(Site.Of(_models.Members[0], Digits.Model).Files, new PredictEndpoint(_models, ["digits"]), listening);
        }
        catch (Trainer.RunException failure)
        {
            _missing = failure.Message;
        }
    }

    public async Task DisposeAsync()
    {
        foreach (IBrowser browser in _browsers)
        {
            await browser.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _models?.Dispose();
    }

    /// <summary>Ends the server, as though the network were gone.</summary>
    public Task StopServer() => _server!.DisposeAsync().AsTask();

    /// <summary>Opens the page in a browser of its own and waits until it reads.</summary>
    /// <param name="width">Columns of the window; below 600 it is a phone's.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="arguments">Further arguments for the browser.</param>
    internal async Task<OpenPage> Open(int width, int height, params string[] arguments)
    {
        Skip.If(_missing is not null, _missing);
        var options = new LaunchOptions { ExecutablePath = _program, Headless = true, Args = ["--no-sandbox", "--disable-dev-shm-usage", .. arguments] };
        IBrowser browser = await Puppeteer.LaunchAsync(options);
        _browsers.Add(browser);
        var page = new OpenPage(await browser.NewPageAsync());
        bool isPhone = width < 600;
        await page.Page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height, IsMobile = isPhone, HasTouch = isPhone, DeviceScaleFactor = isPhone ? 2 : 1 });
        await page.Start(Address);
        return page;
    }
}
