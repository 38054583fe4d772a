using System.Numerics.Tensors;
using NeuralCore.Data;

namespace NeuralCore;

/// <summary>
/// A network with the habits of Keras: describe it by its inputs and outputs, <see cref="Compile"/>, Fit, Evaluate,
/// <see cref="Predict(IDataset, int)"/>. Any number of threads may predict at the same time.
/// </summary>
public partial class Model : IClassifier, IDisposable
{
    private readonly ModelGate _gate = new();
    private Learner? _learner;
    private TrainingProfile? _profile;

    /// <summary>Describes a network.</summary>
    /// <param name="input">Where items enter: made by <see cref="Value.Input"/>.</param>
    /// <param name="output">What the network gives: made by applying layers.</param>
    /// <exception cref="ArgumentException">The output depends on another input, or does not come out of a layer.</exception>
    public Model(Value input, Value output)
        : this([input], [output])
    {
    }

    /// <summary>Describes a network of several inputs or outputs.</summary>
    /// <param name="inputs">Where items enter.</param>
    /// <param name="outputs">
    /// What the network gives. Training and evaluation look at the first, and leave weights alone on which it does not depend;
    /// <see cref="Predict(IReadOnlyList{Tensor})"/> gives all. A loss of several outputs is differentiated on a <see cref="Tape"/>.
    /// </param>
    /// <exception cref="ArgumentException">An output depends on another input, or does not come out of a layer, or nothing depends on an input.</exception>
    public Model(IReadOnlyList<Value> inputs, IReadOnlyList<Value> outputs)
    {
        Description = new NetworkDescription(inputs, outputs);
        Summary = ModelSummary.Of(Description);
    }

    /// <summary>The layers, each once, in the order in which they are applied.</summary>
    public IReadOnlyList<Layer> Layers => Description.Layers;

    /// <summary>The layers' applications, inputs before what reads them.</summary>
    public IReadOnlyList<LayerCall> Calls => Description.Calls;

    /// <summary>Where items enter.</summary>
    public IReadOnlyList<Value> Inputs => Description.Inputs;

    /// <summary>What the network gives.</summary>
    public IReadOnlyList<Value> Outputs => Description.Outputs;

    /// <summary>The first input: the shape of a raw item, and its preprocessing.</summary>
    public Value Input => Description.Inputs[0];

    /// <summary>The first output.</summary>
    public Value Output => Description.Outputs[0];

    /// <summary>The number of classes: the numbers that the network gives for an item.</summary>
    public int Classes => Output.Shape.Count;

    /// <inheritdoc/>
    Shape IClassifier.ItemShape => Input.Shape;

    /// <summary>Layers, shapes and parameter counts.</summary>
    public ModelSummary Summary { get; }

    /// <summary>Whether <see cref="Compile"/> has been called.</summary>
    public bool IsCompiled => _learner is not null;

    /// <summary>What runs the model.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public IBackend<float> Backend => Learner.Backend;

    /// <summary>What times the training steps, if anything does.</summary>
    public TrainingProfile? Profile
    {
        get => _profile;
        set
        {
            _profile = value;
            if (_learner is not null)
            {
                _learner.Profile = value;
            }
        }
    }

    /// <summary>What the network consists of.</summary>
    internal NetworkDescription Description { get; }

    private Learner Learner => _learner ?? throw new InvalidOperationException("The model is not compiled: call Compile first.");

    /// <summary>How many of <paramref name="items"/> items a Fit trains on: floor(items * (1 - validationSplit)).</summary>
    public static int TrainingCount(int items, double validationSplit) => FitData.TrainingCount(items, validationSplit);

    /// <summary>A layer's name in the model, as Keras would give it.</summary>
    /// <exception cref="KeyNotFoundException">The model has no such layer.</exception>
    public string NameOf(Layer layer) => Description.NameOf(layer);

    /// <summary>Gives the parameters their memory and first values. Compiling again begins anew.</summary>
    /// <param name="optimizer">The optimiser; Adam with Keras's defaults if null.</param>
    /// <param name="loss">What training makes small; the cross-entropy of probabilities and one class an item if null.</param>
    /// <param name="metrics">What is measured beside the loss, and beside the accuracy of a classification, which always is.</param>
    /// <param name="backend">What computes; the fastest of this machine if null. The model disposes of it.</param>
    /// <param name="seed">The key of every random number: first values, shuffles, dropout.</param>
    /// <param name="fuse">Whether known sequences of ops run as one.</param>
    /// <exception cref="ArgumentException">The backend is the one that the model has had until now, or the loss or a metric is not for the model's output.</exception>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public void Compile(
        Optimizer? optimizer = null, Loss? loss = null, IReadOnlyList<Metric>? metrics = null, IBackend<float>? backend = null, ulong seed = 0, bool fuse = true)
    {
        if (backend is not null && ReferenceEquals(backend, _learner?.Backend))
        {
            throw new ArgumentException("Compiling again disposes of the model's backend: give it a new one.", nameof(backend));
        }

        Begin(new Recipe(optimizer ?? new Adam(), loss ?? new SparseCategoricalCrossentropy(), metrics ?? []), backend, seed, fuse, hasFirstValues: true);
    }

    /// <summary>Compiles a model whose parameters are all written before anything else: drawing first values takes longer than reading a file.</summary>
    internal void CompileToLoad(Optimizer? optimizer, Loss loss, IBackend<float>? backend, ulong seed) =>
        Begin(new Recipe(optimizer ?? new Adam(), loss, []), backend, seed, fuse: true, hasFirstValues: false);

    private void Begin(Recipe recipe, IBackend<float>? backend, ulong seed, bool fuse, bool hasFirstValues) => Change("compiled", () =>
    {
        _learner?.Dispose();
        _learner = null;
        _learner = new Learner(Description, recipe, backend ?? CpuBackend.Create(), seed, fuse, hasFirstValues) { Profile = _profile };
    });

    /// <summary>
    /// Trains. The last <paramref name="validationSplit"/> of the data, taken before any shuffling, is held out and evaluated
    /// after each epoch; the rest is shuffled anew for each epoch. Training again goes on: two fits of one epoch on the same data
    /// give the same bits as one fit of two.
    /// </summary>
    /// <remarks>
    /// Data has one tensor an item and one target: a model of several inputs is refused, and of several outputs the first is trained. To train others,
    /// apply the layers on a <see cref="Tape"/>, add up the losses there, and call <see cref="Tape.Update"/> with their gradients.
    /// </remarks>
    /// <param name="data">Items of the input's shape, with the classes or numbers that the loss compares with.</param>
    /// <param name="epochs">Passes over the data.</param>
    /// <param name="batchSize">The items of a step.</param>
    /// <param name="validationSplit">The fraction to hold out, in [0, 1).</param>
    /// <param name="validationData">Items to evaluate after each epoch, in the place of a part of the data.</param>
    /// <param name="callbacks">What watches the training, or takes part in it.</param>
    /// <param name="verbose">0 prints nothing, 1 prints a line per epoch to the console.</param>
    /// <param name="options">Further options.</param>
    /// <returns>What each epoch came to.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled, is being trained, has nothing to train, or has several inputs.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model or its loss, or a number is out of range.</exception>
    /// <exception cref="DivergedException">A loss or a weight became infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; the model keeps what it had learnt by then.</exception>
    /// <exception cref="RankException">Ranks that train together differ, or one has ended or does not answer.</exception>
    public History Fit(
        IDataset data, int epochs = 1, int batchSize = 32, double validationSplit = 0, IDataset? validationData = null,
        IReadOnlyList<Callback>? callbacks = null, int verbose = 0, FitOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        options ??= new FitOptions();
        var parts = FitData.Of(data, validationSplit, validationData, options);
        batchSize = Math.Min(batchSize, parts.Training.Count);
        Callback[] watchers = [.. callbacks ?? [], .. verbose > 0 ? [new EpochLines(Console.Out)] : Array.Empty<Callback>()];
        History? history = null;
        Change("trained", () =>
        {
            Learner.RequireOneInput();
            if (!Learner.Network.Parameters.All.Any(parameter => parameter.IsTrained))
            {
                throw new InvalidOperationException("The model has no parameter to train: no layer has any, or Trainable was false for all that have when the model was compiled.");
            }

            history = new TrainingRun(Learner, parts, epochs, batchSize, watchers, options).Run();
        });
        return history!;
    }

    /// <summary>Measures the model on items. Dropout does nothing.</summary>
    /// <param name="data">Items of the input's shape, with the classes or numbers that the loss compares with.</param>
    /// <param name="batchSize">The items computed at once.</param>
    /// <param name="cancellationToken">Ends the evaluation after the batch that is running.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Evaluation Evaluate(IDataset data, int batchSize = 128, CancellationToken cancellationToken = default) =>
        Read(() => Evaluator.Evaluate(Learner, data, batchSize, weights: null, cancellationToken));

    /// <summary>The probabilities of every item.</summary>
    /// <param name="data">Items of the input's shape; their labels are not looked at.</param>
    /// <param name="batchSize">The items computed at once.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model.</exception>
    public Predictions Predict(IDataset data, int batchSize = 128) => Read(() => Evaluator.Predict(Learner, data, batchSize));

    /// <summary>The probabilities of one item.</summary>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <returns>One probability a class.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The item has not as many values as the input's shape.</exception>
    public float[] Predict(ReadOnlySpan<float> item)
    {
        float[] values = Preprocessed(item);
        _gate.EnterRead();
        try
        {
            Learner.RequireOneInput();
            return Learner.Predict(values);
        }
        finally
        {
            _gate.ExitRead();
        }
    }

    /// <summary>The probabilities of one image.</summary>
    /// <param name="pixels">Its pixels, 0 to 255, row-major.</param>
    /// <returns>One probability a class.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The image has not as many pixels as the input's shape.</exception>
    public float[] Predict(ReadOnlySpan<byte> pixels)
    {
        var item = new float[pixels.Length];
        TensorPrimitives.ConvertTruncating(pixels, item);
        return Predict((ReadOnlySpan<float>)item);
    }

    /// <summary>The steps of a training plan: ops, shapes, memory, and what was fused.</summary>
    /// <param name="batchSize">The items of a step.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public string DescribePlan(int batchSize = 128) => Read(() =>
    {
        using Plan<float> plan = Learner.MakeTrainingPlan(batchSize);
        return plan.ToString();
    });

    /// <summary>Gives back the memory and the backend's threads. The description stays; the model can be compiled again.</summary>
    /// <exception cref="InvalidOperationException">The model is being trained.</exception>
    public void Dispose()
    {
        Change("disposed of", () =>
        {
            _learner?.Dispose();
            _learner = null;
        });
        GC.SuppressFinalize(this);
    }

    /// <summary>Uses the model and changes nothing, together with any number of threads that do the same.</summary>
    internal TResult Read<TResult>(Func<TResult> use)
    {
        _gate.EnterRead();
        try
        {
            return use();
        }
        finally
        {
            _gate.ExitRead();
        }
    }

    /// <summary>Uses the learner alone: what is computed may overwrite the gradients of the weights.</summary>
    internal TResult Use<TResult>(Func<Learner, TResult> use)
    {
        TResult result = default!;
        Change("explained", () => result = use(Learner), nested: true);
        return result;
    }

    /// <summary>One raw item as the network takes it.</summary>
    internal float[] Preprocessed(ReadOnlySpan<float> item)
    {
        if (item.Length != Input.Shape.Count)
        {
            throw new ArgumentException($"The model takes items of {Input.Shape}, {Input.Shape.Count} values, and got {item.Length}.");
        }

        float[] values = item.ToArray();
        Input.Preprocessing.Apply(Input.Shape, values);
        return values;
    }

    private void Change(string doing, Action change, bool nested = false)
    {
        _gate.EnterWrite(doing, nested);
        try
        {
            change();
        }
        finally
        {
            _gate.ExitWrite();
        }
    }
}
