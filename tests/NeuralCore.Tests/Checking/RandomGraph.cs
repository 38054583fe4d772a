using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace NeuralCore.Tests.Checking;

/// <summary>
/// One op of a <see cref="RandomGraph"/>, as numbers that are taken modulo the choices there are: so every list of them is a graph, a part of one as
/// well, which is how a failing graph shrinks.
/// </summary>
/// <param name="Op">Which op.</param>
/// <param name="First">Which value it reads, counted back from the newest.</param>
/// <param name="Second">Which value it reads besides, of those that fit.</param>
/// <param name="Size">Filters, units, or the size of a window.</param>
/// <param name="Options">Strides, padding, bias, activation.</param>
public sealed record GraphStep(int Op, int First, int Second, int Size, int Options)
{
    /// <summary>As the source that makes it again.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"new({Op}, {First}, {Second}, {Size}, {Options})");
}

/// <summary>
/// A network of up to twelve ops over images of a few pixels: branches, values with several readers, layers in several places, one or two inputs, and an
/// output for everything that nothing reads. Of a failing one ops are left out one by one.
/// </summary>
/// <param name="Steps">The ops.</param>
/// <param name="Items">The items of the batch.</param>
/// <param name="Seed">The key of its sizes, values and weights.</param>
public sealed record RandomGraph(IReadOnlyList<GraphStep> Steps, int Items, int Seed)
{
    /// <summary>The most ops.</summary>
    public const int MostSteps = 12;

    private const int MostChannels = 10;
    private const int MostPixels = 9;

    /// <summary>
    /// Over two numbers that are close a normalization is nearly a step of height 2 and width sqrt(epsilon). A few of them with Keras's 0.001 behind one
    /// another amplify the rounding of a double until central differences show nothing else.
    /// </summary>
    private const double Epsilon = 0.1;

    private static readonly Activation[] Smooth =
        [Activation.Sigmoid, Activation.Tanh, Activation.Elu, Activation.Gelu, Activation.Silu, Activation.Softplus, Activation.LeakyRelu, Activation.HardSilu, Activation.Softmax];

    /// <summary>Graphs of all kinds.</summary>
    public static Arbitrary<RandomGraph> Any { get; } = Arb.From(
        from steps in (
            from op in Gen.Choose(0, 19)
            from first in Gen.Frequency((5, Gen.Constant(0)), (3, Gen.Choose(1, 2)), (2, Gen.Choose(1, MostSteps)))
            from second in Gen.Choose(0, MostSteps)
            from size in Gen.Choose(0, 11)
            from options in Gen.Choose(0, 1023)
            select new GraphStep(op, first, second, size, options)).ListOf().Resize(40)
        from items in Gen.Choose(1, 4)
        from seed in Gen.Choose(0, 1_000_000)
        select new RandomGraph([.. steps.Take(MostSteps)], items, seed),
        Smaller);

    /// <summary>Writes the network down, with layers of its own.</summary>
    public BuiltGraph Build()
    {
        var graph = new BuiltGraph(ShapeOfInput(), inputs: 1 + (Seed % 4 == 0 ? 1 : 0));
        foreach (GraphStep step in Steps)
        {
            if (graph.Calls.Count < MostSteps)
            {
                Append(graph, step);
            }
        }

        if (graph.Calls.Count == 0)
        {
            graph.Apply(new ReLU(), 0);
        }

        return graph;
    }

    /// <inheritdoc/>
    public override string ToString() => $"new RandomGraph([{string.Join(", ", Steps)}], {Items}, {Seed}): {Build()}";

    private static IEnumerable<RandomGraph> Smaller(RandomGraph failing)
    {
        for (int i = failing.Steps.Count - 1; i >= 0; i--)
        {
            yield return failing with { Steps = [.. failing.Steps.Take(i), .. failing.Steps.Skip(i + 1)] };
        }

        if (failing.Items > 1)
        {
            yield return failing with { Items = failing.Items - 1 };
        }

        for (int i = 0; i < failing.Steps.Count; i++)
        {
            GraphStep step = failing.Steps[i];
            foreach (GraphStep simpler in new[] { step with { Options = 0 }, step with { Size = 0 }, step with { First = 0 }, step with { Second = 0 } }.Where(simpler => simpler != step))
            {
                yield return failing with { Steps = [.. failing.Steps.Take(i), simpler, .. failing.Steps.Skip(i + 1)] };
            }
        }
    }

    private Shape ShapeOfInput() => new(3 + (Seed % 5), 3 + (Seed / 5 % 5), 1 + (Seed / 25 % 3));

    private static void Append(BuiltGraph graph, GraphStep step)
    {
        int first = graph.Values.Count - 1 - (step.First % graph.Values.Count);
        Shape shape = graph.Values[first].Shape;
        Layer layer = step.Op switch
        {
            0 or 1 or 2 => new Add(),
            3 or 4 => new Concatenate(),
            5 => graph.Again(shape, step.Second) ?? new BatchNormalization(0.9, Epsilon),
            6 or 7 => new BatchNormalization(0.9, Epsilon, center: step.Options % 8 > 0, scale: step.Options % 7 > 0),
            8 => new ReLU(),
            9 => new ActivationLayer(Smooth[step.Size % (shape.Rank == 1 ? Smooth.Length : Smooth.Length - 1)]),
            10 => new Dropout(0.25),
            11 => new LayerNormalization(Epsilon),
            _ => shape.Rank == 1 ? new Dense(1 + (step.Size % 6), ActivationOf(step), useBias: step.Options % 4 < 3) : OfImages(step, shape),
        };
        int[] partners = layer switch
        {
            NeuralCore.Add => [.. Enumerable.Range(0, graph.Values.Count).Where(i => graph.Values[i].Shape == shape)],
            Concatenate => [.. Enumerable.Range(0, graph.Values.Count).Where(i => JoinsWith(shape, graph.Values[i].Shape))],
            _ => [],
        };
        if (layer is Concatenate && partners.Length == 0)
        {
            return;
        }

        graph.Apply(layer, layer is Add or Concatenate ? [first, partners[step.Second % partners.Length]] : [first]);
    }

    private static bool JoinsWith(Shape a, Shape b) =>
        a.Rank == b.Rank && a.Extents[..^1].SequenceEqual(b.Extents[..^1]) && a[a.Rank - 1] + b[b.Rank - 1] <= MostChannels;

    private static Layer OfImages(GraphStep step, Shape shape)
    {
        Size2D window = new(1 + (step.Size % 3), 1 + (step.Size / 3 % 3)), strides = step.Options % 8 == 0 ? new Size2D(2, 1) : 1;
        bool fits = window.Height <= shape[0] && window.Width <= shape[1] && shape[0] > 2 && shape[1] > 2;
        Padding padding = fits && step.Options / 8 % 2 == 0 ? Padding.Valid : Padding.Same;
        bool useBias = step.Options % 4 < 3;
        return step.Op switch
        {
            12 or 13 or 14 => new Conv2D(1 + ((step.Size + step.Options) % 5), window, strides, padding, ActivationOf(step), useBias),
            15 => shape[2] <= 4
                ? new DepthwiseConv2D(window, padding: padding, depthMultiplier: 1 + (step.Options % 2), activation: ActivationOf(step), useBias: useBias)
                : new Conv2D(2, 3, padding: Padding.Same, activation: ActivationOf(step)),
            16 => shape[0] >= 2 && shape[1] >= 2 ? new MaxPooling2D(2, step.Options % 3 == 0 ? 1 : 2) : new Flatten(),
            17 => new AveragePooling2D(2, step.Options % 3 == 0 ? 1 : 2, Padding.Same),
            18 => step.Options % 2 == 0 ? new GlobalAveragePooling2D() : new GlobalMaxPooling2D(),
            _ => step.Options % 2 == 0 && shape[0] < MostPixels && shape[1] < MostPixels ? new ZeroPadding2D(1) : new Flatten(),
        };
    }

    private static Activation ActivationOf(GraphStep step) => (step.Options / 16 % 4) switch
    {
        0 or 1 => Activation.Linear,
        2 => Activation.Relu,
        _ => Activation.Tanh,
    };
}

/// <summary>A network that is being written down, and can be applied a second time with the same layers.</summary>
public sealed class BuiltGraph
{
    private readonly List<Value> _values;
    private readonly List<(Layer Layer, int[] Reads)> _calls = [];

    public BuiltGraph(Shape input, int inputs)
    {
        _values = [.. Enumerable.Range(0, inputs).Select(i => Value.Input(input, name: $"input {i}"))];
        FirstCall = inputs;
    }

    /// <summary>The index of what the first call gives: before it stand the inputs.</summary>
    public int FirstCall { get; }

    /// <summary>The inputs that something reads: the others are no part of the network.</summary>
    public IReadOnlyList<Value> Inputs => [.. InputIndices.Select(i => _values[i])];

    public IEnumerable<int> InputIndices => Enumerable.Range(0, FirstCall).Where(i => _calls.Any(call => call.Reads.Contains(i)));

    /// <summary>The inputs, then what each call gives.</summary>
    public IReadOnlyList<Value> Values => _values;

    /// <summary>The layers' applications, each with the values that it reads.</summary>
    public IReadOnlyList<(Layer Layer, int[] Reads)> Calls => _calls;

    /// <summary>The values that nothing reads.</summary>
    public IEnumerable<int> OutputIndices =>
        Enumerable.Range(FirstCall, _calls.Count).Where(i => !_calls.Any(call => call.Reads.Contains(i)));

    public IReadOnlyList<Value> Outputs => [.. OutputIndices.Select(i => _values[i])];

    public void Apply(Layer layer, params int[] reads)
    {
        _values.Add(layer.Apply([.. reads.Select(i => _values[i])]));
        _calls.Add((layer, reads));
    }

    /// <summary>A layer with weights that was applied to such a shape; null if there is none.</summary>
    public Layer? Again(Shape shape, int choice)
    {
        Layer[] fitting = [.. _calls.Where(call => call.Layer.Weights.Count > 0 && _values[call.Reads[0]].Shape == shape).Select(call => call.Layer)];
        return fitting.Length == 0 ? null : fitting[choice % fitting.Length];
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join("; ", _calls.Select((call, i) => $"v{FirstCall + i} = {call.Layer.Kind}({string.Join(", ", call.Reads.Select(read => $"v{read}"))}) {_values[FirstCall + i].Shape}"));
}
