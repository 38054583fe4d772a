namespace NeuralCore.Files;

/// <summary>Makes a network of what a file says, and allocates nothing of its size before all sizes are known to be true.</summary>
internal static class NetworkLoader
{
    /// <summary>Makes the network.</summary>
    /// <param name="stored">The open file.</param>
    /// <param name="fileBytes">Its length, which bounds what its tensors can take.</param>
    /// <param name="options">What the caller says where the file does not.</param>
    /// <param name="compile">Compiles the network, given the optimiser of the file and its loss; null makes the description alone.</param>
    /// <returns>The model, and what it was made of.</returns>
    /// <exception cref="InvalidDataException">The file holds no network that can be made; the message completes "the file ...".</exception>
    public static (Model Model, NetworkParts Parts) Load(StoredNetwork stored, long fileBytes, LoadOptions options, Action<Model, Optimizer?, Loss>? compile)
    {
        (Model model, NetworkParts parts) = Describe(stored, options);
        try
        {
            IReadOnlyList<(string Name, Weight Weight, bool IsTrained)> weights = model.Description.Weights;
            IReadOnlyList<StoredTensor> tensors = stored.Weights(model, parts);
            long left = fileBytes + stored.OtherBytes;
            left = Match(tensors, weights.Select(weight => weight.Weight.Shape), left);
            StoredTraining? training = stored.Training(model);
            foreach ((_, IReadOnlyList<StoredTensor> states) in training?.States ?? [])
            {
                left = Match(states, weights.Where(weight => weight.IsTrained).Select(weight => weight.Weight.Shape), left);
            }

            if (compile is not null)
            {
                compile(model, stored.Optimizer, stored.LossOf(model) ?? Ending.LossOf(model));
                Fill(model, tensors, training);
            }

            return (model, parts);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static (Model Model, NetworkParts Parts) Describe(StoredNetwork stored, LoadOptions options)
    {
        try
        {
            NetworkParts parts = stored.Build(options);
            return (parts.Model(), parts);
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"describes layers that do not fit together ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    /// <summary>Throws unless tensors are of the weights' shapes and have room in the file all together: two may not share bytes.</summary>
    /// <returns>The bytes of the file that are left.</returns>
    private static long Match(IReadOnlyList<StoredTensor> tensors, IEnumerable<Shape> shapes, long left)
    {
        int count = 0;
        foreach ((StoredTensor tensor, Shape shape) in tensors.Zip(shapes))
        {
            if (tensor.Shape != shape)
            {
                throw new InvalidDataException($"has the tensor {FileText.Quote(tensor.Name)} as {tensor.Shape} where its own network has {shape}");
            }

            left -= tensor.Bytes;
            count++;
        }

        return left >= 0 && tensors.Count == count && shapes.Count() == count
            ? left
            : throw new InvalidDataException("has tensors that share their bytes, or not as many as its own network has");
    }

    private static void Fill(Model model, IReadOnlyList<StoredTensor> weights, StoredTraining? training)
    {
        foreach ((ModelParameter parameter, StoredTensor tensor) in model.Parameters.Zip(weights))
        {
            parameter.Write(tensor.Read());
        }

        if (training is null || !training.States.Select(state => state.Name).SequenceEqual(model.Optimizer.StateNames))
        {
            return;
        }

        model.Restore(new TrainingState(training.Steps, training.Epochs, [.. training.States.Select(state =>
        {
            var tensors = new Queue<StoredTensor>(state.Tensors);
            return new OptimizerState(state.Name, [.. model.Parameters.Select(parameter => parameter.IsTrained ? tensors.Dequeue().Read() : [])]);
        })]));
    }
}
