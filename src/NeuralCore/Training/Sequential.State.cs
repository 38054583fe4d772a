using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NeuralCore;

/// <content>What a file keeps of a model: its weights, and what training further needs beside them.</content>
public sealed partial class Sequential
{
    /// <summary>The trainable tensors, in model order.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public IReadOnlyList<ModelParameter> Parameters => [.. Compiled(_parameters).All.Select(p => new ModelParameter(Backend, Compiled(_parameters), p))];

    /// <summary>The names and shapes of the trainable tensors, in model order; they are there before the model is compiled.</summary>
    public IReadOnlyList<(string Name, Shape Shape)> ParameterShapes => [.. _specs.Select(s => (s.Name, s.Spec.Shape))];

    /// <summary>What training uses.</summary>
    public Adam Optimizer => _optimizer;

    /// <summary>The steps taken so far.</summary>
    public long Steps => _steps;

    /// <summary>The epochs begun so far.</summary>
    public int Epochs => _epochs;

    /// <summary>A copy of what training further needs beside the weights.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public TrainingState TrainingState
    {
        get
        {
            (float[][] m, float[][] v) = Compiled(_parameters).ReadMoments(Backend);
            return new TrainingState(_steps, _epochs, m, v);
        }
    }

    /// <summary>Goes back to a point of training. The weights are restored apart, by <see cref="ModelParameter.Write"/>.</summary>
    /// <param name="state">What <see cref="TrainingState"/> was there.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The state is one of another network.</exception>
    public void Restore(TrainingState state)
    {
        Compiled(_parameters).WriteMoments(Backend, state.M, state.V);
        (_steps, _epochs) = (state.Steps, state.Epochs);
    }

    /// <summary>Copies everything that training further depends on, and what the caller knows of the epochs.</summary>
    internal void Capture(Checkpoint checkpoint, int stepsPerEpoch, EpochPart part, IReadOnlyList<EpochResult> history)
    {
        ParameterSet<float> parameters = Compiled(_parameters);
        RequireSizes(checkpoint);
        for (int i = 0; i < parameters.All.Count; i++)
        {
            Backend.Download<float>(parameters.All[i].Value, checkpoint.Values[i]);
            Backend.Download<float>(parameters.All[i].M, checkpoint.M[i]);
            Backend.Download<float>(parameters.All[i].V, checkpoint.V[i]);
        }

        checkpoint.Position = new TrainingPosition(_seed, _steps, _epochs, stepsPerEpoch, part, history);
    }

    /// <summary>Goes back to where a checkpoint was captured.</summary>
    /// <exception cref="ArgumentException">The checkpoint is one of another network or seed; then nothing is changed.</exception>
    internal void Restore(Checkpoint checkpoint)
    {
        RequireSizes(checkpoint);
        TrainingPosition position = checkpoint.Position;
        if (position.Seed != _seed)
        {
            throw new ArgumentException($"The checkpoint is one of a training with the seed {position.Seed}, and this model was compiled with {_seed}.");
        }

        Restore(new TrainingState(position.Steps, position.Epochs, checkpoint.M, checkpoint.V));
        foreach ((ModelParameter parameter, float[] values) in Parameters.Zip(checkpoint.Values))
        {
            parameter.Write(values);
        }
    }

    /// <summary>Draws the order of the epoch that follows the complete ones.</summary>
    internal void DrawOrder(BatchLoader loader) => loader.Shuffle(_seed, _epochs + 1);

    /// <summary>Counts an epoch.</summary>
    internal void CompleteEpoch() => _epochs++;

    private void RequireSizes(Checkpoint checkpoint)
    {
        if (!checkpoint.Parameters.SequenceEqual(ParameterShapes))
        {
            throw new ArgumentException("The checkpoint is one of another network: its parameters have other names or shapes.");
        }
    }

    /// <summary>SHA-256 of the parameters' little-endian float32 bytes, in model order, as lower-case hexadecimal digits.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public string WeightsSha256()
    {
        // Piece by piece: a copy of all weights would be what the most memory is needed for.
        const int PieceLength = 16384;
        var piece = new float[PieceLength];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in Compiled(_parameters).All)
        {
            for (int first = 0; first < parameter.Count; first += PieceLength)
            {
                Span<float> values = piece.AsSpan(0, Math.Min(PieceLength, parameter.Count - first));
                Slot slot = parameter.Value;
                Backend.Download(slot.Block.Slot(slot.Offset + ((long)first * sizeof(float)), (long)values.Length * sizeof(float)), values);
                hash.AppendData(MemoryMarshal.AsBytes(values));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
