using System.CommandLine;

namespace NeuralCore.Trainer.Commands;

/// <summary>The option that leaves the optimiser out of a model's file.</summary>
internal sealed class WeightsOnlyOption : Option<bool>
{
    public WeightsOnlyOption()
        : base("--weights-only") => Description = "Leave the optimiser's state out of the file, which makes it a third of the size; predictions stay the same.";
}
