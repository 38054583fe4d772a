namespace NeuralCore.Files;

/// <summary>A model as a file is to hold it.</summary>
/// <param name="Model">The network, compiled.</param>
/// <param name="Metadata">The caller's texts, by name.</param>
/// <param name="Options">How, where the format leaves a choice.</param>
internal sealed record WrittenModel(Model Model, IReadOnlyDictionary<string, string> Metadata, SaveOptions Options)
{
    /// <summary>The optimiser; null where the weights alone are wanted, and for one that files cannot describe, such as one of the user's own.</summary>
    public Optimizer? Optimizer { get; } = !Options.WeightsOnly && OptimizerText.CanWrite(Model.Optimizer) ? Model.Optimizer : null;

    /// <summary>Copies how far training has come; null before its first step, and without an <see cref="Optimizer"/>.</summary>
    public TrainingState? CopyTraining() => Optimizer is not null && Model.Steps > 0 ? Model.TrainingState : null;
}
