using PuppeteerSharp;
using PuppeteerSharp.Input;

namespace NeuralCore.Web.Tests;

/// <summary>The page in a browser, and what it complained about.</summary>
/// <param name="page">A page of a browser.</param>
internal sealed class OpenPage(IPage page)
{
    private const int Patience = 60_000;

    /// <summary>The page.</summary>
    public IPage Page => page;

    /// <summary>Warnings and errors of the console, failed requests, violations of the security policy.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>The addresses that were asked for.</summary>
    public HashSet<string> Hosts { get; } = [];

    /// <summary>Goes to an address and waits until the page reads.</summary>
    public async Task Start(string address)
    {
        page.Console += (_, e) =>
        {
            if (e.Message.Type is ConsoleType.Error or ConsoleType.Warning)
            {
                Complaints.Add(e.Message.Text);
            }
        };
        page.PageError += (_, e) => Complaints.Add(e.Message);
        page.RequestFailed += (_, e) => Complaints.Add("failed: " + e.Request.Url);
        page.Request += (_, e) =>
        {
            if (Uri.TryCreate(e.Request.Url, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
            {
                Hosts.Add(url.Host);
            }
        };
        await page.GoToAsync(address);
        await Until("globalThis.startedIn > 0");
    }

    /// <summary>Waits until an expression is true.</summary>
    public Task Until(string expression) => page.WaitForExpressionAsync(expression, new WaitForFunctionOptions { Timeout = Patience });

    /// <summary>An expression's value.</summary>
    public Task<T> Value<T>(string expression) => page.EvaluateExpressionAsync<T>(expression);

    /// <summary>An element's text.</summary>
    public Task<string> Text(string id) => Value<string>($"document.getElementById('{id}').innerText");

    /// <summary>Presses a button.</summary>
    public Task Click(string id) => page.ClickAsync("#" + id);

    /// <summary>Draws strokes, each within a part of a pad that is as high as the pad and begins at a share of its width.</summary>
    public async Task Draw(string pad, IReadOnlyList<(double X, double Y)> stroke, double left = 0.25, bool touch = false)
    {
        IElementHandle element = await page.QuerySelectorAsync("#" + pad);
        await element.ScrollIntoViewAsync();
        BoundingBox box = await element.BoundingBoxAsync();
        decimal side = box.Height;
        (decimal X, decimal Y)[] points = [.. stroke.Select(point => (box.X + ((decimal)left * box.Width) + ((decimal)point.X * side * 0.6m), box.Y + ((decimal)(0.1 + (0.8 * point.Y)) * side)))];
        if (touch)
        {
            await page.Touchscreen.TouchStartAsync(points[0].X, points[0].Y);
            foreach ((decimal x, decimal y) in points.Skip(1))
            {
                await page.Touchscreen.TouchMoveAsync(x, y);
            }

            await page.Touchscreen.TouchEndAsync();
            return;
        }

        await page.Mouse.MoveAsync(points[0].X, points[0].Y);
        await page.Mouse.DownAsync();
        foreach ((decimal x, decimal y) in points.Skip(1))
        {
            await page.Mouse.MoveAsync(x, y, new MoveOptions { Steps = 4 });
        }

        await page.Mouse.UpAsync();
    }

    /// <summary>Gives a file to an input.</summary>
    public async Task Upload(string input, string path) => await (await page.QuerySelectorAsync("#" + input)).UploadFileAsync(path);

    /// <summary>Keeps a picture of the screen.</summary>
    public Task Keep(string name) => page.ScreenshotAsync(Path.Combine(Browser.Artefacts, name + ".png"));
}
