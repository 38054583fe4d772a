using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NeuralCore;

/// <content>What a file keeps of a model: its weights, and what training further needs beside them.</content>
public partial class Model
{
    /// <summary>The weights, in model order.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public IReadOnlyList<ModelParameter> Parameters => ModelParameter.Of(Learner.Network);

    /// <summary>The names and shapes of the weights, in model order; they are there before the model is compiled.</summary>
    public IReadOnlyList<(string Name, Shape Shape)> ParameterShapes => [.. Description.Weights.Select(w => (w.Name, w.Weight.Shape))];

    /// <summary>What training uses.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public Optimizer Optimizer => Learner.Optimizer;

    /// <summary>What training makes small.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public Loss Loss => Learner.Loss;

    /// <summary>The steps taken so far.</summary>
    public long Steps => _learner?.Steps ?? 0;

    /// <summary>The epochs completed so far.</summary>
    public int Epochs => _learner?.Epochs ?? 0;

    /// <summary>A copy of what training further needs beside the weights.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public TrainingState TrainingState => Read(() =>
    {
        IReadOnlyList<OptimizerState> optimizer = OptimizerSlots.Allocate(Learner);
        OptimizerSlots.Read(Learner, optimizer);
        return new TrainingState(Learner.Steps, Learner.Epochs, optimizer);
    });

    /// <summary>Goes back to a point of training. The weights are restored apart, by <see cref="ModelParameter.Write"/>.</summary>
    /// <param name="state">What <see cref="TrainingState"/> was there.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The state is one of another network or optimiser; then nothing is changed.</exception>
    public void Restore(TrainingState state) => Change("restored", () =>
    {
        OptimizerSlots.Write(Learner, state.Optimizer);
        Learner.GoTo(state.Steps, state.Epochs);
    });

    /// <summary>Memory for the moments of this model's training.</summary>
    /// <param name="optimizer">The optimiser of the training; the model's if it is compiled, else Adam, if null.</param>
    /// <param name="hasAverage">Whether the training keeps an average of the weights.</param>
    public Checkpoint NewCheckpoint(Optimizer? optimizer = null, bool hasAverage = false) => new(
        ParameterShapes, [.. Description.Weights.Select(w => w.IsTrained)], (optimizer ?? _learner?.Optimizer)?.StateNames ?? new Adam().StateNames, hasAverage);

    /// <summary>Makes sure that all weights are finite numbers, as those of a training that diverged are not.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="DivergedException">A weight is infinite or not a number.</exception>
    public void RequireFinite() => Read(() => Learner.FirstNotFinite() is { } name ? throw DivergedException.OfWeight(name, Learner.Epochs, Learner.Optimizer) : true);

    /// <summary>SHA-256 of the weights' little-endian float32 bytes, in model order, as lower-case hexadecimal digits.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public string WeightsSha256() => Read(() =>
    {
        // Piece by piece: a copy of all weights would be what the most memory is needed for.
        const int PieceLength = 16384;
        var piece = new float[PieceLength];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in Learner.Network.Parameters.All)
        {
            for (int first = 0; first < parameter.Count; first += PieceLength)
            {
                Span<float> values = piece.AsSpan(0, Math.Min(PieceLength, parameter.Count - first));
                Slot slot = parameter.Slots.Values;
                Backend.Download(slot.Block.Slot(slot.Offset + ((long)first * sizeof(float)), (long)values.Length * sizeof(float)), values);
                hash.AppendData(MemoryMarshal.AsBytes(values));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });
}
