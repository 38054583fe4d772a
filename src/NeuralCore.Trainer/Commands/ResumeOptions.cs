using System.CommandLine;
using System.Globalization;
using NeuralCore.Files;

namespace NeuralCore.Trainer.Commands;

/// <summary>The options of a training that can be interrupted and that may end early.</summary>
internal sealed class ResumeOptions
{
    private const string EachEpoch = "epoch";
    private const string StepsSuffix = "-steps";

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description = "Keep checkpoints in this folder for --resume: one after each epoch, and one on interruption.",
        HelpName = "DIR",
    };

    private readonly Option<int?> _every = new("--every")
    {
        Description = "Also write a checkpoint every N steps, such as 100-steps.",
        HelpName = $"N{StepsSuffix}|{EachEpoch}",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (text == EachEpoch)
            {
                return null;
            }

            if (text.EndsWith(StepsSuffix, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan()[..^StepsSuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int steps)
                && steps > 0)
            {
                return steps;
            }

            result.AddError($"--every takes a number of steps as 100{StepsSuffix}, or {EachEpoch}, not '{text}'");
            return null;
        },
    };

    private readonly Option<int> _keep = OptionOf.WholeNumber(
        "--keep", "Number of newest checkpoints to keep, in addition to that of the epoch with the lowest validation loss.", 3, 1);

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Resume from the newest checkpoint in --checkpoint, or start if there is none.",
    };

    private readonly Option<int> _patience = OptionOf.WholeNumber(
        "--patience", "Stop when the validation loss has not improved for N epochs; 0: never.", 0, 0);

    private readonly Option<bool> _restoreBest = new("--restore-best")
    {
        Description = "Save the weights of the epoch with the lowest validation loss instead of the last.",
    };

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_checkpoint, _every, _keep, _resume, _patience, _restoreBest];

    /// <summary>Makes sure that the options fit together.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="hasValidation">Whether there are images to validate with.</param>
    /// <exception cref="RunException">They do not.</exception>
    public void RequireSense(ParseResult line, bool hasValidation)
    {
        foreach (Option option in (Option[])[_every, _keep, _resume])
        {
            Require(Folder(line) is not null || line.GetResult(option) is not { Implicit: false }, $"{option.Name} needs --checkpoint with a folder.");
        }

        bool judges = line.GetValue(_patience) > 0 || line.GetValue(_restoreBest);
        Require(hasValidation || !judges, "--patience and --restore-best need images to validate with; use a --validation-split above 0.");
    }

    /// <summary>The folder of the checkpoints; null where none are wanted.</summary>
    public string? Folder(ParseResult line) => line.GetValue(_checkpoint);

    /// <summary>Whether to go on from the newest checkpoint.</summary>
    public bool Resumes(ParseResult line) => line.GetValue(_resume);

    /// <summary>When to write checkpoints, and which to keep.</summary>
    public CheckpointSchedule Schedule(ParseResult line) => new(line.GetValue(_every), line.GetValue(_keep));

    /// <summary>Makes the callback that judges the validation loss; null if it was not asked for.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="keepsBest">Whether this process is the one that saves the model, so that it needs the best weights.</param>
    public EarlyStopping? CreateStopping(ParseResult line, bool keepsBest)
    {
        (int patience, bool restoresBest) = (line.GetValue(_patience), line.GetValue(_restoreBest));
        return patience > 0 || restoresBest ? new EarlyStopping(patience > 0 ? patience : int.MaxValue, restoresBest && keepsBest) : null;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new RunException(ExitCode.Usage, message);
        }
    }
}
