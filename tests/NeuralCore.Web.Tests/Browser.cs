using NeuralCore.Files;
using NeuralCore.Trainer.Serving;
using PuppeteerSharp;
using Xunit;

namespace NeuralCore.Web.Tests;

/// <summary>
/// A real browser and a server with the page. Tests that need them are skipped, with the reason, where the browser is not installed or the page
/// was not published; a variable of the environment names another browser.
/// </summary>
/// <param name="name">The browser's name; the variable is <c>NEURALCORE_</c> and it.</param>
/// <param name="places">Where the browser may be installed.</param>
public abstract class Browser(string name, IReadOnlyList<string> places) : IAsyncLifetime
{
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
        string variable = $"NEURALCORE_{name.ToUpperInvariant()}";
        _program = Environment.GetEnvironmentVariable(variable) ?? places.FirstOrDefault(File.Exists);
        if (_program is null)
        {
            _missing = $"There is no {name} here; {variable} may name one.";
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
        await Close();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _models?.Dispose();
    }

    /// <summary>Ends the server, as though the network were gone.</summary>
    public Task StopServer() => _server!.DisposeAsync().AsTask();

    /// <summary>The browser's program. Skips the test where it or the page is missing.</summary>
    private protected string Program()
    {
        Skip.If(_missing is not null, _missing);
        return _program!;
    }

    /// <summary>Closes what was opened.</summary>
    private protected abstract Task Close();
}

/// <summary>Chromium or Chrome.</summary>
public sealed class Chromium() : Browser(
    "Chromium",
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe"])
{
    private readonly List<IBrowser> _browsers = [];

    /// <summary>Opens the page in a browser of its own and waits until it reads.</summary>
    /// <param name="width">Columns of the window; below 600 it is a phone's.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="arguments">Further arguments for the browser.</param>
    internal async Task<OpenPage> Open(int width, int height, params string[] arguments)
    {
        var options = new LaunchOptions { ExecutablePath = Program(), Headless = true, Args = ["--no-sandbox", "--disable-dev-shm-usage", .. arguments] };
        IBrowser browser = await Puppeteer.LaunchAsync(options);
        _browsers.Add(browser);
        var page = new OpenPage(await browser.NewPageAsync());
        bool isPhone = width < 600;
        await page.Page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height, IsMobile = isPhone, HasTouch = isPhone, DeviceScaleFactor = isPhone ? 2 : 1 });
        await page.Start(Address);
        return page;
    }

    private protected override async Task Close()
    {
        foreach (IBrowser browser in _browsers)
        {
            await browser.DisposeAsync();
        }
    }
}

/// <summary>Firefox, as its makers or a distribution publish it.</summary>
public sealed class Firefox() : Browser(
    "Firefox",
    ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox", @"C:\Program Files\Mozilla Firefox\firefox.exe"])
{
    private readonly List<FirefoxPage> _pages = [];

    /// <summary>Opens the page in a browser of its own and waits until it reads.</summary>
    internal async Task<FirefoxPage> Open(int width, int height)
    {
        var page = new FirefoxPage(Program());
        _pages.Add(page);
        await page.Start(Address, width, height);
        return page;
    }

    private protected override async Task Close()
    {
        foreach (FirefoxPage page in _pages)
        {
            await page.DisposeAsync();
        }
    }
}
