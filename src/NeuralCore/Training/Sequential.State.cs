using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NeuralCore.Tensors;

namespace NeuralCore.Training;

/// <content>What a file keeps of a model: its weights, and what training further needs beside them.</content>
public sealed partial class Sequential
{
    /// <summary>The trainable tensors, in model order.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public IReadOnlyList<ModelParameter> Parameters => [.. Compiled(_parameters).All.Select(p => new ModelParameter(Backend, p))];

    /// <summary>The names and shapes of the trainable tensors, in model order; they are there before the model is compiled.</summary>
    public IReadOnlyList<(string Name, Shape Shape)> ParameterShapes => [.. _specs.Select(s => (s.Name, s.Spec.Shape))];

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

    /// <summary>SHA-256 of the parameters' little-endian float32 bytes, in model order, as lower-case hexadecimal digits.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public string WeightsSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ModelParameter parameter in Parameters)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(parameter.Read()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
