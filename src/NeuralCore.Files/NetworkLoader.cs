
namespace NeuralCore.Files;

/// <summary>Makes a network of what a file says, and allocates nothing of its size before all sizes are known to be true.</summary>
internal static class NetworkLoader
{
    // A batch of 128 items of this size takes 4 GiB: whatever is larger is damage, or nothing for this program.
    private const int MostElements = 1 << 23;

    /// <summary>Makes the network.</summary>
    /// <param name="stored">The open file.</param>
    /// <param name="fileBytes">Its length, which bounds what its tensors can take.</param>
    /// <param name="unsaid">How values are prepared where the file does not say.</param>
    /// <param name="compile">Compiles the network, given the optimiser of the file; null makes the description alone.</param>
    /// <exception cref="InvalidDataException">The file holds no network that can be made; the message completes "the file ...".</exception>
    public static Model Load(StoredNetwork stored, long fileBytes, Preprocessing unsaid, Action<Model, Adam?>? compile)
    {
        Model model = Describe(stored, stored.Preprocessing ?? unsaid);
        try
        {
            IReadOnlyList<StoredTensor> weights = Matched(stored.Weights(model.ParameterShapes), model.ParameterShapes, fileBytes);
            StoredTraining? training = stored.Training(model.ParameterShapes);
            if (training is not null)
            {
                Matched([.. weights, .. training.M, .. training.V], [.. model.ParameterShapes, .. model.ParameterShapes, .. model.ParameterShapes], fileBytes);
            }

            if (compile is not null)
            {
                compile(model, stored.Optimizer);
                Fill(model, weights, training);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static Model Describe(StoredNetwork stored, Preprocessing preprocessing)
    {
        try
        {
            var model = new Sequential([.. stored.Layers(preprocessing)]);
            int largest = model.Summary.Layers.Select(layer => layer.OutputShape.Count).Append(model.Input.Shape.Count).Max();
            return largest <= MostElements
                ? model
                : throw new InvalidDataException($"has a layer of {largest:N0} outputs, and at most {MostElements:N0} are taken");
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"describes layers that do not fit together ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    /// <summary>The tensors, when they are of the parameters' shapes and have room in the file all together: two may not share bytes.</summary>
    private static IReadOnlyList<StoredTensor> Matched(
        IReadOnlyList<StoredTensor> tensors, IReadOnlyList<(string Name, Shape Shape)> parameters, long fileBytes)
    {
        long bytes = 0;
        foreach ((StoredTensor tensor, (_, Shape shape)) in tensors.Zip(parameters))
        {
            if (tensor.Shape != shape)
            {
                throw new InvalidDataException($"has the tensor {FileText.Quote(tensor.Name)} as {tensor.Shape} where its own network has {shape}");
            }

            bytes += (long)shape.Count * sizeof(float);
        }

        return bytes <= fileBytes && tensors.Count == parameters.Count
            ? tensors
            : throw new InvalidDataException("has tensors that share their bytes, or not as many as its own network has");
    }

    private static void Fill(Model model, IReadOnlyList<StoredTensor> weights, StoredTraining? training)
    {
        foreach ((ModelParameter parameter, StoredTensor tensor) in model.Parameters.Zip(weights))
        {
            parameter.Write(tensor.Read());
        }

        if (training is not null)
        {
            float[][] m = [.. training.M.Select(tensor => tensor.Read())];
            float[][] v = [.. training.V.Select(tensor => tensor.Read())];
            model.Restore(new TrainingState(training.Steps, training.Epochs, [new OptimizerState("m", m), new OptimizerState("v", v)]));
        }
    }
}
