using NeuralCore.Randomness;

namespace NeuralCore;

/// <summary>
/// Runs ops as they are written, and remembers them so that gradients can be taken: the same nodes, kernels and sums as in a compiled model, one at a
/// time and without a plan, and the same bits. It is there to play with, to learn from and to check against; a model is what is fast.
/// </summary>
/// <remarks>A tape is used from one thread at a time.</remarks>
public sealed partial class Tape : IDisposable
{
    private readonly List<Tensor> _variables = [];
    private readonly Dictionary<Weight, Tensor> _layerWeights = [];
    private readonly HashSet<Weight> _frozen = [];
    private readonly Dictionary<Tensor, StateSlots> _optimizerState = [];
    private readonly List<MemoryBlock> _variableBlocks = [];
    private Optimizer? _optimizer;
    private bool _isDisposed;

    /// <summary>Begins a tape.</summary>
    /// <param name="backend">What computes; the fastest of this machine if null. The tape disposes of it.</param>
    /// <param name="seed">The key of every random number: first values of variables, dropout.</param>
    /// <param name="training">Whether dropout drops and normalizations take the batch's statistics.</param>
    public Tape(IBackend<float>? backend = null, ulong seed = 0, bool training = true) =>
        (Backend, Seed, Training) = (backend ?? CpuBackend.Create(), seed, training);

    /// <summary>What computes.</summary>
    public IBackend<float> Backend { get; }

    /// <summary>The key of every random number.</summary>
    public ulong Seed { get; }

    /// <summary>Whether dropout drops and normalizations take the batch's statistics.</summary>
    public bool Training { get; }

    /// <summary>The steps taken by <see cref="Update"/>.</summary>
    public long Steps { get; private set; }

    /// <summary>The variables, in the order in which they were made; what layers keep as state is among them.</summary>
    public IReadOnlyList<Tensor> Variables => _variables;

    /// <summary>Puts a tensor on the tape that no gradient flows to: data. It stays until the tape is disposed of.</summary>
    /// <param name="tensor">A tensor of the host.</param>
    public Tensor Constant(Tensor tensor) => Put(tensor, wantsGradient: false);

    /// <summary>Puts a tensor on the tape that gradients flow to.</summary>
    /// <param name="tensor">A tensor of the host: the first values.</param>
    public Tensor Variable(Tensor tensor) => PutVariable(tensor, isTrained: true);

    /// <summary>Makes a variable with first values.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="initializer">How its first values are made; if null Glorot's uniform ones for two and more axes, else zeros.</param>
    public Tensor Variable(Shape shape, Initializer? initializer = null) => Initialized(shape, initializer ?? (shape.Rank < 2 ? Initializer.Zeros : Initializer.GlorotUniform), isTrained: true);

    /// <summary>Applies a layer. Its weights become variables of the tape at the first application.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What it is applied to.</param>
    /// <exception cref="ArgumentException">The layer cannot take such inputs, or they are not on this tape.</exception>
    public Tensor Apply(Layer layer, params ReadOnlySpan<Tensor> inputs)
    {
        Value output = layer.Apply(ValuesOf(inputs));
        BindWeights(output.Call!, isTrained: true);
        return Run(output, inputs[0].Shape[0]);
    }

    /// <summary>
    /// The mean loss of a batch. The cross-entropy of a softmax is taken of what went into the softmax, as in a model.
    /// </summary>
    /// <param name="loss">The loss.</param>
    /// <param name="prediction">What a network gives.</param>
    /// <param name="labels">One class an item.</param>
    /// <returns>One number; it can be differentiated, and read after the tape has forgotten the rest.</returns>
    /// <exception cref="ArgumentException">The loss is not for such a prediction, or there is not one label an item.</exception>
    public Tensor Loss(Loss loss, Tensor prediction, ReadOnlySpan<int> labels)
    {
        LossValues values = loss.Build(ValuesOf([prediction])[0]);
        int items = prediction.Shape[0];
        if (values.Targets.Kind != ElementKind.Label || labels.Length != items)
        {
            throw new ArgumentException($"The loss {loss.Name} of {items} items takes {items} labels, and got {labels.Length}.");
        }

        Slot slot = Allocate(items * (long)sizeof(int));
        Backend.Upload(labels, slot);
        _tensors[values.Targets] = new Tensor(this, values.Targets, new Shape(items), slot, wantsGradient: false);
        return MeanLoss(values.Losses, items);
    }

    /// <summary>Takes a step of an optimiser with every trained variable that has a gradient, then forgets what was computed.</summary>
    /// <param name="optimizer">The optimiser; what it keeps of each variable begins at zero with its first step.</param>
    /// <param name="gradients">The gradients.</param>
    public void Update(Optimizer optimizer, Gradients gradients)
    {
        if (!ReferenceEquals(optimizer, _optimizer))
        {
            _optimizer = optimizer;
            _optimizerState.Clear();
        }

        UpdateRules rules = optimizer.RulesAt(Steps + 1);
        Tensor[] changed = [.. _variables.Where(gradients.Contains)];
        Slot[] slots = Clipped(optimizer, [.. changed.Select(variable => gradients[variable])]);
        foreach ((Tensor variable, Slot gradient) in changed.Zip(slots))
        {
            if (!_optimizerState.TryGetValue(variable, out StateSlots state))
            {
                int count = optimizer.StateNames.Count;
                _optimizerState[variable] = state = new StateSlots(Kept(0), Kept(1), Kept(2));

                Slot? Kept(int index) => index < count ? AllocateVariable(variable.Count) : null;
            }

            Backend.Update(rules.Of(RoleOf(variable)), variable.Count, variable.Slot, gradient, state);
        }

        Steps++;
        Clear();
    }

    /// <summary>Forgets what was computed and gives its memory back. Variables and constants stay.</summary>
    public void Clear()
    {
        _computed.ForEach(tensor => tensor.Release());
        _blocks.ForEach(block => block.Dispose());
        _computed.Clear();
        _blocks.Clear();
        _tensors.Clear();
        _roots.Clear();
        _givenWeights.Clear();
        _steps.Clear();
        _losses.Clear();
        _draws = 0;
    }

    /// <summary>Gives all memory back.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Clear();
            _variables.ForEach(variable => variable.Release());
            _variableBlocks.ForEach(block => block.Dispose());
            _scratch?.Dispose();
            Backend.Dispose();
        }
    }

    /// <summary>Applies a layer with tensors in the place of its weights.</summary>
    internal Tensor ApplyWith(Layer layer, ReadOnlySpan<Tensor?> weights, Tensor input)
    {
        Value output = layer.Apply(ValuesOf([input]));
        for (int i = 0; i < weights.Length; i++)
        {
            Weight weight = layer.Weights[i];
            Tensor tensor = weights[i] ?? Constant(Tensor.From(new float[weight.Shape.Count], weight.Shape));
            RequireOwn(tensor);
            _givenWeights[weight] = tensor.Shape == weight.Shape
                ? tensor
                : throw new ArgumentException($"The {weight.Name} of a {layer.Kind} on {input.Shape} is {weight.Shape}, not {tensor.Shape}.");
        }

        return Run(output, input.Shape[0]);
    }

    /// <summary>What a variable is to an optimiser: that of a layer as the layer says, else a kernel if it has two axes or more.</summary>
    private WeightRole RoleOf(Tensor variable) => _layerWeights.FirstOrDefault(pair => pair.Value == variable).Key is { } weight
        ? weight.Role
        : variable.Shape.Rank < 2 ? WeightRole.Undecayed : WeightRole.Decayed;

    /// <summary>The gradients' memory; where an optimiser clips by their norm that of a copy of all of them, clipped.</summary>
    private Slot[] Clipped(Optimizer optimizer, Tensor[] gradients)
    {
        if (optimizer.GlobalClipNorm is not { } limit || gradients.Length == 0)
        {
            return [.. gradients.Select(gradient => gradient.Slot)];
        }

        var parts = new Slot[gradients.Length];
        Slot all = Allocate(gradients.Sum(gradient => Slot.Align(gradient.Count * (long)sizeof(float))));
        long offset = 0;
        for (int i = 0; i < gradients.Length; i++)
        {
            long bytes = gradients[i].Count * (long)sizeof(float);
            parts[i] = all.Block.Slot(all.Offset + offset, bytes);
            offset += Slot.Align(bytes);

            // New memory is zero, and so is what lies between the parts.
            Backend.AddTo(gradients[i].Count, parts[i], gradients[i].Slot);
        }

        int count = checked((int)(all.Bytes / sizeof(float)));
        Backend.ClipNorm(count, all, limit, Allocate(Math.Max(1, Backend.ClipNormScratchBytes(count))));
        return parts;
    }

    private static Value ItemOf(Shape shape) => Value.Input(shape.Rank == 0 ? default : new Shape(shape.Extents[1..]), name: "tensor");

    private void BindWeights(LayerCall call, bool isTrained)
    {
        isTrained &= call.Layer.Trainable;
        foreach (Weight weight in call.Layer.Weights.Where(weight => !_layerWeights.ContainsKey(weight)))
        {
            if (!isTrained)
            {
                _frozen.Add(weight);
            }

            _layerWeights[weight] = Initialized(weight.Shape, weight.Initializer, isTrained && weight.Role != WeightRole.State);
        }

        foreach (LayerCall inner in call.Inner)
        {
            BindWeights(inner, isTrained);
        }
    }

    private Tensor Initialized(Shape shape, Initializer initializer, bool isTrained)
    {
        var values = new float[shape.Count];
        initializer.Fill(values, shape, new RandomStream(Seed, RandomPurpose.Initialisation, (uint)_variables.Count, 0));
        return PutVariable(Tensor.From(values, shape), isTrained);
    }

    private Tensor PutVariable(Tensor tensor, bool isTrained)
    {
        Tensor variable = Put(tensor, isTrained);
        _variables.Add(variable);
        _variableBlocks.Add(variable.Slot.Block);
        return variable;
    }

    private Tensor Put(Tensor tensor, bool wantsGradient)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long bytes = tensor.Count * (long)sizeof(float);
        Slot slot = Backend.Allocate(Slot.Align(bytes)).Slot(0, bytes);
        Backend.Upload(tensor.HostValues, slot);
        return new Tensor(this, ItemOf(tensor.Shape), tensor.Shape, slot, wantsGradient);
    }

    private Slot AllocateVariable(int count)
    {
        long bytes = count * (long)sizeof(float);
        MemoryBlock block = Backend.Allocate(Slot.Align(bytes));
        _variableBlocks.Add(block);
        return block.Slot(0, bytes);
    }
}
