using Xunit;

namespace NeuralCore.Web.Tests;

/// <summary>The page in the other engine that browsers have: what it does with scripts, WebAssembly, pointers and the security policy is not Chromium's. <see cref="BrowserTests"/> has the rest.</summary>
public sealed class FirefoxTests(Firefox firefox) : IClassFixture<Firefox>
{
    [SkippableFact]
    public async Task A_drawing_is_read_while_it_is_drawn()
    {
        FirefoxPage page = await firefox.Open(1280, 800);
        await page.Draw("pad", Digits.Three, 0.25);
        await page.Until("document.getElementById('number').textContent === '3'");
        await page.Keep("firefox-draw");
        await page.Click("clear");
        await page.Until("document.getElementById('number').textContent === '–'");
        Assert.Empty(page.Complaints);
    }

    [SkippableFact]
    public async Task A_network_is_trained()
    {
        FirefoxPage page = await firefox.Open(1280, 800);
        await page.Click("tab-train");
        await page.Click("train-go");
        await page.Until("parseFloat(document.getElementById('fact-epochs').textContent) >= 0.1");
        await page.Click("train-go");
        await page.Until("!document.getElementById('train-use').disabled");
        Assert.Empty(page.Complaints);
    }
}
