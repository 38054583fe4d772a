using System.Text;
using System.Text.Json;
using NeuralCore.Tests;
using NeuralCore.Trainer;
using Xunit;

namespace NeuralCore.Web.Tests;

/// <summary>The commands <c>serve</c> and <c>publish-site</c>, as a person and a script call them.</summary>
public sealed class CommandTests
{
    [SkippableFact]
    public async Task Serve_says_where_it_is_and_ends_when_asked_to()
    {
        using var stop = new CancellationTokenSource();

        // With --json - the sentences for a person go to the standard error.
        SharedText output = new(), sentences = new();
        Task<int> run = Task.Run(() => App.Run(["serve", "--model", Digits.Model, "--port", "0", "--json", "-"], new Terminal(output, sentences), stop.Token));
        while (!run.IsCompleted && !(output.ToString().Contains('\n') && sentences.ToString().Contains("Ctrl+C", StringComparison.Ordinal)))
        {
            await Task.Delay(50);
        }

        SkipWithoutPage(run.IsCompleted ? await run : 0, sentences);
        Assert.Contains("Only this machine reaches it", sentences.ToString());
        JsonElement note = JsonDocument.Parse(output.ToString()).RootElement;
        string address = note.GetProperty("addresses")[0].GetString()!;
        Assert.StartsWith("http://127.0.0.1:", address);
        using var client = new HttpClient();
        Assert.Contains("<title>NeuralCore</title>", await client.GetStringAsync(address));
        Assert.Contains("model.safetensors?v=", await client.GetStringAsync(address + "content/content.json"));
        await stop.CancelAsync();
        Assert.Equal(0, await run);
    }

    [SkippableFact]
    public void A_published_page_is_whole_and_small()
    {
        using var folder = new TemporaryFolder();
        string site = folder.File("site");
        var output = new SharedText();
        SkipWithoutPage(Run(output, default, "publish-site", site, "--model", Digits.Model), output);
        foreach (string file in (string[])["index.html", "app.webmanifest", "service-worker.js", "content/content.json", "content/model.safetensors", "content/train.bin.br", "_framework/dotnet.native.wasm.br"])
        {
            Assert.True(File.Exists(Path.Combine(site, file)), file);
        }

        // With the model that comes with the program, and without the images to train on, which are fetched when training begins.
        long compressed = Directory.EnumerateFiles(site, "*.br", SearchOption.AllDirectories).Where(file => !file.EndsWith("train.bin.br", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length);
        Assert.InRange(compressed, 1_000_000, 2_450_000);
    }

    [Fact]
    public void What_cannot_be_served_is_said_in_one_sentence()
    {
        var output = new SharedText();
        Assert.Equal(2, Run(output, default, "serve", "--model", Digits.Model, "--host", "elsewhere"));
        Assert.Contains("'elsewhere'", output.ToString());
        Assert.Equal(3, Run(output, default, "serve", "--model", "missing.onnx"));
        Assert.Equal(2, Run(output, default, "serve", "--port", "70000"));
    }

    private static int Run(SharedText output, CancellationToken cancellationToken, params string[] args) =>
        App.Run(args, new Terminal(output, output), cancellationToken);

    private static void SkipWithoutPage(int exitCode, SharedText output)
    {
        Skip.If(exitCode != 0 && output.ToString().Contains("The page is not built", StringComparison.Ordinal), output.ToString());
        Assert.True(exitCode == 0, output.ToString());
    }

    /// <summary>Text that one thread writes while another reads it.</summary>
    private sealed class SharedText : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_text)
            {
                _text.Append(value);
            }
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }
}
