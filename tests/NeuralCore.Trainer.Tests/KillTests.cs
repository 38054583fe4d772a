using System.Diagnostics;
using System.Text.Json;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.Trainer.Tests;

/// <summary>
/// Trainings that are killed without warning at random moments and resumed, until they come to their end. Each death is one kill -9,
/// or what Windows has for it. An everyday run has a few of them; NEURALCORE_TEST_SCALE=25 makes it two hundred.
/// </summary>
public sealed class KillTests : IDisposable
{
    private const int Everyday = 8;
    private const string Epochs = "60";

    private readonly TinyData _data = new();
    private readonly Random _random = new(1);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_training_that_is_killed_again_and_again_ends_in_the_same_weights()
    {
        JsonElement[] unbroken = ProgramRun.Of(Arguments()).Events;
        int kills = 0;
        for (int training = 0; kills < TestScale.Cases(Everyday); training++)
        {
            string[] arguments = Arguments("--checkpoint", _data.File($"checkpoints-{training}"), "--every", "3-steps", "--resume");
            var epochs = new Dictionary<double, JsonElement>();
            double saved = 0;
            JsonElement? done = null;
            while (done is null)
            {
                (JsonElement[] events, bool wasKilled) = Live(arguments);
                kills += wasKilled ? 1 : 0;

                // What was said to be saved is there, and nothing is there that has to be passed over.
                Assert.DoesNotContain(events, e => e.Name() == "warning" && (saved > 0 || !e.Text("message")!.StartsWith("There is no checkpoint")));
                double start = events.Where(e => e.Name() == "resume").Select(Steps).SingleOrDefault();
                bool hasBegun = events.Any(e => e.Name() != "start");
                Assert.True(start >= saved || !hasBegun, $"A checkpoint after {saved} steps was reported, and the training went on from {start}.");
                saved = events.Where(e => e.Name() is "resume" or "checkpoint").Select(Steps).Append(saved).Max();
                foreach (JsonElement epoch in events.Where(e => e.Name() == "epoch"))
                {
                    epochs[epoch.Number("epoch")] = epoch;
                }

                done = events.Where(e => e.Name() == "done").Select(e => (JsonElement?)e).SingleOrDefault();
            }

            Assert.Equal(unbroken[^1].Text("weights_sha256"), done.Value.Text("weights_sha256"));
            Assert.Equal(unbroken.Where(e => e.Name() == "epoch").Select(Numbers), epochs.OrderBy(e => e.Key).Select(e => Numbers(e.Value)));
        }
    }

    /// <summary>What an epoch came to, without the times.</summary>
    private static (double, double, double, double, double) Numbers(JsonElement epoch) =>
        (epoch.Number("epoch"), epoch.Number("loss"), epoch.Number("accuracy"), epoch.Number("val_loss"), epoch.Number("val_accuracy"));

    private static double Steps(JsonElement place) => ((place.Number("epoch") - 1) * 4) + place.Number("step");

    /// <summary>Runs the program until it ends or is killed.</summary>
    private (JsonElement[] Events, bool WasKilled) Live(string[] arguments)
    {
        using Process process = ProgramProcess.Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(_random.Next(100, 1_200));
        if (!ended)
        {
            process.Kill();
            process.WaitForExit();
        }

        // The last line may be one that was not written to its end.
        string text = output.Result;
        Assert.True(process.ExitCode == 0 || !ended, error.Result);
        return (ProgramRun.Parse(text[..(text.LastIndexOf('\n') + 1)]), process.ExitCode != 0);
    }

    private string[] Arguments(params string[] more) =>
        ["train", "--data", _data.Folder, "--out", _data.Model, "--batch-size", "16", "--epochs", Epochs, "--json", "-", "--verbose", "0", .. more];
}
