using System.Text.Json;
using NeuralCore.Data;
using NeuralCore.Files;
using NeuralCore.Tests;
using NeuralCore.Web.Page;
using Xunit;

namespace NeuralCore.Web.Tests;

/// <summary>The page as its readers use it, in a real browser, on a desk and on a phone.</summary>
public sealed class BrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    public static TheoryData<int, int> Screens => new() { { 1280, 800 }, { 390, 844 } };

    [SkippableTheory]
    [MemberData(nameof(Screens))]
    public async Task A_drawing_is_read_while_it_is_drawn(int width, int height)
    {
        OpenPage page = await chromium.Open(width, height);
        bool touch = width < 600;
        await page.Draw("pad", Digits.Three, 0.02, touch);
        await page.Until("document.getElementById('number').textContent === '3'");
        await page.Draw("pad", Digits.One, 0.5, touch);
        await page.Until("document.getElementById('number').textContent === '31'");
        Assert.Equal(2, await page.Value<int>("document.querySelectorAll('#chips button').length"));
        await page.Keep($"draw-{width}");
        await page.Click("undo");
        await page.Until("document.getElementById('number').textContent === '3'");
        Assert.Equal(10, await page.Value<int>("document.querySelectorAll('.bar').length"));
        await page.Value<bool>("document.getElementById('inside').open = true");
        await page.Until("document.querySelectorAll('#maps canvas').length > 3");
        await page.Click("clear");
        await page.Until("document.getElementById('number').textContent === '–'");

        // Nothing overflows to the right, even at 360 pixels.
        await page.Page.SetViewportAsync(new PuppeteerSharp.ViewPortOptions { Width = 360, Height = 800 });
        foreach (string view in (string[])["draw", "photo", "teach", "train"])
        {
            await page.Click($"tab-{view}");
            Assert.True(await page.Value<bool>("document.documentElement.scrollWidth <= innerWidth"), view);
        }

        RequireCalm(page);
    }

    /// <summary>Multiply-adds are rounded twice in a browser, so probabilities differ in their last bits; digits do not.</summary>
    [SkippableFact]
    public async Task Digits_of_test_images_are_those_of_a_native_run()
    {
        const int Count = 1000;
        Samples test = Digits.Test(0, Count);
        OpenPage page = await chromium.Open(1280, 800);
        double[] seen = await page.Page.EvaluateFunctionAsync<double[]>(
            """
            async text => {
              const { engine, bytes } = await import('./js/engine.js'), all = bytes(text), answers = [];
              for (let i = 0; i < all.length; i += 784) answers.push(...await engine.call('Predict', all.slice(i, i + 784)));
              return answers;
            }
            """,
            Convert.ToBase64String(test.Pixels));
        using var folder = new TemporaryFolder();
        using (var client = new HttpClient())
        {
            File.WriteAllBytes(folder.File("model.safetensors"), await client.GetByteArrayAsync(chromium.Address + "content/model.safetensors"));
        }

        using Model model = ModelFile.Load(folder.File("model.safetensors"), CpuBackend.Create(1));
        Predictions native = model.Predict(test.Images(10));
        double most = 0;
        for (int i = 0; i < Count; i++)
        {
            double[] here = seen[(10 * i)..((10 * i) + 10)];
            Assert.Equal(native.Class(i), Array.IndexOf(here, here.Max()));
            most = Math.Max(most, Enumerable.Range(0, 10).Max(k => Math.Abs(here[k] - native[i][k])));
        }

        Assert.True(most < 1e-4, $"A probability differs by {most}.");

        // The weights of the page's model are rounded; it has to read as well as the file that it was made of.
        using Model exact = ModelFile.Load(Digits.Model, CpuBackend.Create(1));
        Predictions unrounded = exact.Predict(test.Images(10));
        int other = Enumerable.Range(0, Count).Count(i => unrounded.Class(i) != native.Class(i));
        Assert.True(other <= 1, $"{other} of {Count} digits are read otherwise with rounded weights.");
        RequireCalm(page);
    }

    [SkippableFact]
    public async Task A_keyboard_draws_too()
    {
        OpenPage page = await chromium.Open(1280, 800);
        await page.Page.FocusAsync("#pad");
        await page.Page.Keyboard.PressAsync(" ");
        for (int i = 0; i < 16; i++)
        {
            await page.Page.Keyboard.PressAsync("ArrowDown");
        }

        await page.Page.Keyboard.PressAsync(" ");
        await page.Until("document.getElementById('number').textContent === '1'");
        await page.Page.FocusAsync("#tab-draw");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("#photo", await page.Value<string>("location.hash"));
        RequireCalm(page);
    }

    /// <summary>A pen's pressure sets the width of its stroke, point by point; a mouse reports the pressure 0.5 and has no say.</summary>
    [SkippableFact]
    public async Task A_pen_that_is_pressed_draws_wider_strokes()
    {
        OpenPage page = await chromium.Open(1280, 800);
        (double[] light, double[] firm, double[] mouse) = (await Line("pen", 0.1), await Line("pen", 0.9), await Line("mouse", 0.9));
        Assert.Equal(mouse[0], mouse[1], 1.5);
        Assert.True(light[0] < 0.75 * mouse[0], $"A light stroke is {light[0]} wide, one of a mouse {mouse[0]}.");
        Assert.True(firm[1] > 1.2 * mouse[1], $"A firm stroke is {firm[1]} wide, one of a mouse {mouse[1]}.");

        // Each stroke begins as light as any, so a firm one widens on its way.
        Assert.True(firm[1] > 1.5 * firm[0], $"A stroke that is pressed ever more is {firm[0]} wide, then {firm[1]}.");
        Assert.Equal("1", await page.Text("number"));
        RequireCalm(page);

        // Draws an upright line whose pressure rises from 0.1 to the given one, and measures how wide its ink is above and below.
        async Task<double[]> Line(string pointer, double pressure)
        {
            await page.Click("clear");
            PuppeteerSharp.BoundingBox pad = await (await page.Page.QuerySelectorAsync("#pad")).BoundingBoxAsync();
            PuppeteerSharp.ICDPSession session = await page.Page.CreateCDPSessionAsync();
            const int Steps = 20;
            for (int i = 0; i <= Steps; i++)
            {
                await session.SendAsync("Input.dispatchMouseEvent", new
                {
                    type = i == 0 ? "mousePressed" : i == Steps ? "mouseReleased" : "mouseMoved",
                    x = pad.X + (pad.Width / 2),
                    y = pad.Y + (pad.Height * (0.2m + (0.6m * i / Steps))),
                    button = "left",
                    buttons = i == Steps ? 0 : 1,
                    clickCount = 1,
                    pointerType = pointer,
                    force = 0.1 + ((pressure - 0.1) * i / Steps),
                });
            }

            await page.Until("document.getElementById('number').textContent === '1'");
            return await page.Value<double[]>(
                """
                [0.25, 0.7].map(at => {
                  const c = document.getElementById('pad'), g = new OffscreenCanvas(c.width, 1).getContext('2d', { willReadFrequently: true });
                  g.drawImage(c, 0, -Math.round(at * c.height));
                  return g.getImageData(0, 0, c.width, 1).data.filter((v, i) => i % 4 === 3 && v > 127).length * c.getBoundingClientRect().width / c.width;
                })
                """);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Screens))]
    public async Task A_sheet_is_read_from_a_file(int width, int height)
    {
        OpenPage page = await chromium.Open(width, height);
        using var folder = new TemporaryFolder();
        (byte[] gray, int columns, int rows, string[] lines) = Digits.Sheet(first: 0, rows: 3, columns: 6, scale: 2);
        File.WriteAllBytes(folder.File("sheet.bmp"), Digits.Bmp(gray, columns, rows));
        await page.Click("tab-photo");
        await page.Upload("file", folder.File("sheet.bmp"));
        await page.Until("document.getElementById('lines').textContent !== ''");
        Assert.Equal(lines, (await page.Text("lines")).Split('\n'));
        await page.Keep($"photo-{width}");

        File.WriteAllText(folder.File("text.png"), "no picture");
        await page.Upload("file", folder.File("text.png"));
        await page.Until("document.getElementById('photo-note').textContent.includes('no picture')");
        RequireCalm(page);
    }

    [SkippableFact]
    public async Task A_camera_s_line_is_read_live_and_its_sheet_as_a_still()
    {
        using var folder = new TemporaryFolder();

        // Of a film as high as this the frame to aim with shows the middle third: one line of digits.
        (byte[] line, int width, int lineHeight, string[] lines) = Digits.Sheet(first: 20, rows: 1, columns: 7, scale: 2);
        int height = ((3 * lineHeight) + 2) & ~1;
        var film = new byte[width * height];
        Array.Fill(film, (byte)225);
        line.CopyTo(film, lineHeight * width);
        File.WriteAllBytes(folder.File("line.y4m"), Digits.Film(film, width, height));
        OpenPage page = await chromium.Open(390, 844, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", $"--use-file-for-fake-video-capture={folder.File("line.y4m")}");
        await page.Click("tab-photo");
        await page.Click("camera-on");
        await page.Until($"document.getElementById('lines').textContent === '{lines[0]}'");
        await page.Keep("camera-390");
        await page.Click("snap");
        await page.Until("!document.getElementById('picture').hidden && document.getElementById('lines').textContent !== ''");
        Assert.Equal(lines[0], await page.Text("lines"));
        RequireCalm(page);
    }

    [SkippableFact]
    public async Task Marks_are_taught_kept_and_carried_away()
    {
        OpenPage page = await chromium.Open(1280, 800);
        await page.Click("tab-teach");
        await page.Page.TypeAsync("#new-name", "star");
        await page.Page.Keyboard.PressAsync("Enter");
        for (int i = 0; i < 8; i++)
        {
            await page.Draw("teach-pad", Digits.Star(i));
            await page.Click("teach-keep");
            await page.Until($"document.querySelectorAll('#samples canvas').length === {i + 1}");
        }

        await page.Click("learn");
        await page.Until("document.getElementById('model-text').textContent.includes('11 classes')");
        await page.Until("document.getElementById('lesson').hidden");
        Assert.Contains("0.0 % → 100.0 %", await page.Text("lesson-result"));
        await page.Keep("teach-1280");
        await page.Click("tab-draw");
        await page.Draw("pad", Digits.Star(50));
        await page.Until("document.getElementById('number').textContent === 'star'");

        // It is there again on the next visit, and gone once it was forgotten.
        await page.Page.ReloadAsync();
        await page.Until("globalThis.startedIn > 0");
        await page.Draw("pad", Digits.Star(51));
        await page.Until("document.getElementById('number').textContent === 'star'");
        await page.Click("tab-teach");
        await page.Click("forget");
        await page.Until("document.getElementById('model-text').textContent.includes('10 classes')");
        RequireCalm(page);
    }

    [SkippableFact]
    public async Task Any_model_opens_and_what_is_none_is_explained()
    {
        using var folder = new TemporaryFolder();
        using var session = new Session();
        session.Load(File.ReadAllBytes(Digits.Model), "digits.onnx");
        File.WriteAllBytes(folder.File("mine.keras"), session.Save(".keras"));
        File.WriteAllText(folder.File("notes.onnx"), "no model");
        OpenPage page = await chromium.Open(1280, 800);
        await page.Click("tab-teach");
        await page.Upload("model-file", folder.File("mine.keras"));
        await page.Until("document.getElementById('model-text').textContent.includes('mine.keras')");
        await page.Upload("model-file", folder.File("notes.onnx"));
        await page.Until("document.getElementById('model-note').textContent.includes('notes.onnx')");
        Assert.Contains("mine.keras", await page.Text("model-text"));
        RequireCalm(page);
    }

    [SkippableFact]
    public async Task A_network_is_trained_while_the_page_stays_quick()
    {
        OpenPage page = await chromium.Open(1280, 800);
        await page.Click("tab-train");
        await page.Click("train-go");
        await page.Until("parseFloat(document.getElementById('fact-epochs').textContent) >= 0.3");
        await page.Click("train-go");
        await page.Until("!document.getElementById('train-use').disabled && document.getElementById('train-go').textContent === 'Go on'");
        Assert.True(double.Parse((await page.Text("fact-accuracy")).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) > 70);
        await page.Keep("train-1280");
        await page.Click("train-use");
        await page.Until("document.getElementById('train-note').textContent !== ''");
        await page.Click("tab-draw");
        await page.Draw("pad", Digits.One);
        await page.Until("document.getElementById('number').textContent === '1'");
        RequireCalm(page);
    }

    [SkippableTheory]
    [InlineData("light")]
    [InlineData("dark")]
    public async Task Everybody_can_use_it(string theme)
    {
        OpenPage page = await chromium.Open(1280, 800);
        await page.Value<string>($"document.documentElement.dataset.theme = '{theme}'");
        await page.Draw("pad", Digits.Three);
        await page.Until("document.getElementById('number').textContent === '3'");
        using Stream stream = typeof(Deque.AxeCore.Commons.AxeResult).Assembly.GetManifestResourceStream(
            typeof(Deque.AxeCore.Commons.AxeResult).Assembly.GetManifestResourceNames().First(name => name.EndsWith("axe.min.js", StringComparison.Ordinal)))!;
        using var reader = new StreamReader(stream);
        string axe = await reader.ReadToEndAsync();
        foreach (string view in (string[])["draw", "photo", "teach", "train"])
        {
            await page.Click($"tab-{view}");
            await page.Page.EvaluateExpressionAsync(axe);
            string[] violations = await page.Page.EvaluateExpressionAsync<string[]>(
                "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', ')))");
            Assert.True(violations.Length == 0, $"{view}, {theme}: {string.Join("; ", violations)}");
            await page.Keep($"{view}-{theme}");
        }
    }

    /// <summary>Has a server of its own, since it ends it.</summary>
    [SkippableFact]
    public async Task Without_a_network_all_of_it_works()
    {
        var alone = new Chromium();
        await alone.InitializeAsync();
        try
        {
            OpenPage page = await alone.Open(390, 844);
            await page.Until("globalThis.isOfflineReady === true && navigator.serviceWorker.controller !== null");
            PuppeteerSharp.ICDPSession session = await page.Page.CreateCDPSessionAsync();
            JsonElement? errors = await session.SendAsync("Page.getInstallabilityErrors");
            Assert.Equal(0, errors!.Value.GetProperty("installabilityErrors").GetArrayLength());
            await alone.StopServer();
            await page.Page.ReloadAsync();
            await page.Until("globalThis.startedIn > 0");
            await page.Draw("pad", Digits.Three, touch: true);
            await page.Until("document.getElementById('number').textContent === '3'");
        }
        finally
        {
            await alone.DisposeAsync();
        }
    }

    private static void RequireCalm(OpenPage page)
    {
        Assert.Empty(page.Complaints);
        Assert.Equal(["127.0.0.1"], page.Hosts);
    }
}
