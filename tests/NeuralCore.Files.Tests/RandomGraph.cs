namespace NeuralCore.Files.Tests;

/// <summary>
/// A network of layers put together at random: branches that are added or joined, layers that are applied twice, several inputs and
/// outputs. It is a function of the seed.
/// </summary>
/// <param name="Seed">What it is a function of.</param>
/// <param name="Size">The number of layers before its end.</param>
internal sealed record RandomGraph(int Seed, int Size)
{
    private static readonly Activation[] Activations = [.. Enum.GetValues<Activation>().Where(activation => activation != Activation.Softmax)];

    /// <summary>Whether it gives logits, before any softmax or sigmoid, rather than probabilities.</summary>
    public bool EndsInLogits { get; init; }

    private Activation Last => EndsInLogits ? Activation.Linear : Activation.Softmax;

    /// <summary>Makes the network, compiled on the textbook backend.</summary>
    public Model Compile()
    {
        var random = new Random(Seed);
        Value[] inputs = [.. Enumerable.Range(0, random.Next(6) == 0 ? 2 : 1).Select(i => Value.Input(Image(random), Prepared(random), i == 0 ? null : "second"))];
        var values = new List<Value>(inputs);
        var applied = new List<(Layer Layer, Shape Shape)>();
        while (values.Count < inputs.Length + Size)
        {
            Value from = values[Math.Max(random.Next(values.Count), random.Next(values.Count))];
            if (TryApply(random, from, values, applied) is { } made)
            {
                values.Add(made);
            }
        }

        Value last = Flat(values[^1]);
        Value[] outputs = [new Dense(random.Next(2, 6), Last).Apply(last)];
        if (random.Next(5) == 0)
        {
            outputs = [outputs[0], new Dense(1, EndsInLogits ? Activation.Linear : Activation.Sigmoid).Apply(last)];
        }

        // A network reads all of its inputs.
        Value[] unread = [.. inputs.Where(input => !Reaches(outputs[0], input))];
        if (unread.Length > 0)
        {
            outputs[0] = new Dense(3, Last).Apply(new Concatenate().Apply([.. unread.Select(Flat), last]));
        }

        var model = new Model(inputs, outputs);
        model.Compile(loss: EndsInLogits ? new MeanSquaredError() : null, backend: new ReferenceBackend<float>(), seed: (ulong)Seed);
        Unsettle(model, random);
        return model;
    }

    /// <summary>Numbers for each input of a model.</summary>
    public float[][] Items(Model model, int items)
    {
        var random = new Random(Seed + 1);
        return [.. model.Inputs.Select(input => Enumerable.Range(0, items * input.Shape.Count).Select(_ => input.Preprocessing == Preprocessing.None ? random.NextSingle() - 0.5f : random.Next(256)).ToArray())];
    }

    /// <summary>First values are zeros and ones in places, where an error would not show.</summary>
    private static void Unsettle(Model model, Random random)
    {
        foreach (ModelParameter parameter in model.Parameters)
        {
            float[] values = parameter.Read();
            if (values.Distinct().Count() == 1)
            {
                parameter.Write([.. values.Select(value => (value / 2) + (random.NextSingle() / 2))]);
            }
        }
    }

    private static bool Reaches(Value value, Value input) => value == input || (value.Call is { } call && call.Inputs.Any(from => Reaches(from, input)));

    private static Shape Image(Random random) => new(random.Next(4, 9), random.Next(4, 9), random.Next(1, 4));

    private static Preprocessing Prepared(Random random) => random.Next(3) == 0 ? Preprocessing.Scale : Preprocessing.None;

    private static Value Flat(Value value) => value.Shape.Rank == 1 ? value : new Flatten().Apply(value);

    private static Value? TryApply(Random random, Value from, List<Value> values, List<(Layer Layer, Shape Shape)> applied)
    {
        if (random.Next(10) == 0 && applied.FindIndex(entry => entry.Shape == from.Shape) is >= 0 and var shared)
        {
            return applied[shared].Layer.Apply(from);
        }

        switch (random.Next(7))
        {
            case 0 when values.Where(value => value != from && value.Shape == from.Shape).ToArray() is [_, ..] alike:
                return new Add().Apply(from, alike[random.Next(alike.Length)]);
            case 1 when from.Shape.Rank == 3 && values.Where(value => value.Shape.Rank == 3 && value.Shape[0] == from.Shape[0] && value.Shape[1] == from.Shape[1]).ToArray() is [_, ..] alike:
                return new Concatenate().Apply(from, alike[random.Next(alike.Length)]);
            case 2 when from.Shape.Rank == 1 && values.Where(value => value.Shape.Rank == 1).ToArray() is [_, ..] alike:
                return new Concatenate().Apply(from, alike[random.Next(alike.Length)]);
        }

        Layer layer = from.Shape.Rank == 3 ? OverImage(random, from.Shape) : OverVector(random, from.Shape);
        Value made;
        try
        {
            made = layer.Apply(from);
        }
        catch (ArgumentException)
        {
            // A window may be larger than what is left of the image.
            return null;
        }

        applied.Add((layer, from.Shape));
        return made.Shape.Count <= 4_000 ? made : null;
    }

    private static Layer OverImage(Random random, Shape shape)
    {
        Size2D window = new(random.Next(1, 4), random.Next(1, 4)), strides = new(random.Next(1, 3), random.Next(1, 3)), dilation = strides == 1 && random.Next(4) == 0 ? 2 : 1;
        Padding padding = random.Next(2) == 0 ? Padding.Same : Padding.Valid;
        Border? border = padding == Padding.Valid && random.Next(4) == 0 ? new Border(random.Next(2), random.Next(2), random.Next(2), random.Next(2)) : null;
        bool hasBias = random.Next(4) > 0;
        return random.Next(17) switch
        {
            0 or 1 or 2 => new Conv2D(random.Next(1, 5), window, strides, padding, Any(random), hasBias, dilation) { ExplicitPadding = border },
            3 => new DepthwiseConv2D(window, strides, padding, random.Next(1, 3), Any(random), hasBias, dilation) { ExplicitPadding = border },
            4 => new SeparableConv2D(random.Next(1, 5), window, strides, padding, random.Next(1, 3), Any(random), hasBias, dilation),
            5 => new MaxPooling2D(window, strides, padding),
            6 => new AveragePooling2D(window, strides, padding),
            7 => new ZeroPadding2D(new Border(random.Next(3), random.Next(3), random.Next(3), random.Next(3))),
            8 => new GlobalAveragePooling2D(keepDims: random.Next(2) == 0),
            9 => new GlobalMaxPooling2D(keepDims: random.Next(2) == 0),
            10 => new Flatten(),
            11 => new Reshape(shape[1], shape[0], shape[2]),
            12 or 13 => new BatchNormalization(0.9, 1e-3, center: random.Next(4) > 0, scale: random.Next(4) > 0),
            14 when shape[2] > 1 => new LayerNormalization(1e-3, center: random.Next(4) > 0, scale: random.Next(4) > 0),
            _ => Function(random),
        };
    }

    private static Layer OverVector(Random random, Shape shape) => random.Next(4) switch
    {
        0 or 1 => new Dense(random.Next(1, 7), Any(random), random.Next(4) > 0),
        2 when random.Next(2) == 0 => random.Next(2) == 0 ? new BatchNormalization() : new LayerNormalization(),
        2 when shape.Count % 2 == 0 => new Reshape(shape.Count / 2, 1, 2),
        _ => Function(random),
    };

    private static Layer Function(Random random) => random.Next(8) switch
    {
        0 => new ReLU(),
        1 => new ReLU(random.Next(2) == 0 ? 6 : null, random.Next(2) == 0 ? 0.125 : 0),
        2 => new ReLU(random.Next(2) == 0 ? 2 : null, 0.25, 0.5),
        3 => new LeakyReLU(0.2),
        4 => new ELU(0.5),
        5 => new Softmax(),
        6 => new Dropout(0.3),
        _ => new ActivationLayer(Activations[random.Next(Activations.Length)]),
    };

    private static Activation Any(Random random) => random.Next(2) == 0 ? Activation.Linear : random.Next(2) == 0 ? Activation.Relu : Activations[random.Next(Activations.Length)];
}
