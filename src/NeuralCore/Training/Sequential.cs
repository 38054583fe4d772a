using System.Diagnostics;
using System.Numerics.Tensors;
using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A network whose layers follow one another, with the habits of Keras: describe it, <see cref="Compile"/>,
/// <see cref="Fit"/>, <see cref="Evaluate"/>, <see cref="Predict(IDataset, int)"/>. The loss is sparse categorical
/// cross-entropy, so the last layer ends in a softmax.
/// </summary>
public sealed partial class Sequential : IDisposable
{
    private readonly Layer[] _layers;
    private readonly string[] _names;
    private readonly List<(string Name, ParameterSpec Spec)> _specs = [];
    private IBackend<float>? _backend;
    private ParameterSet<float>? _parameters;
    private Adam _optimizer = new();
    private Plan<float>? _trainingPlan;
    private Plan<float>? _inferencePlan;
    private ParameterRange[] _notUpdatedByPlan = [];
    private ulong _seed;
    private bool _fuse;
    private long _steps;
    private int _epochs;

    /// <summary>Describes a network.</summary>
    /// <param name="layers">An <see cref="Input"/>, then the others in order, the last with softmax.</param>
    /// <exception cref="ArgumentException">The layers do not fit together; the message names the layer.</exception>
    public Sequential(params Layer[] layers)
    {
        if (layers.Length < 2 || layers[0] is not Input input || layers[^1] is not Dense { Activation: Activation.Softmax } last)
        {
            throw new ArgumentException("A network begins with an Input and ends with a Dense layer whose activation is softmax.");
        }

        (_layers, _names, Input, Classes) = (layers, NameLayers(layers), input, last.Units);
        var rows = new List<LayerSummary>();
        Shape shape = input.Shape;
        for (int i = 1; i < layers.Length; i++)
        {
            if (layers[i] is Input || (layers[i] is Dense { Activation: Activation.Softmax } && i < layers.Length - 1))
            {
                throw new ArgumentException($"The layer {_names[i]} is out of place: an Input is a network's first layer, and softmax its last activation.");
            }

            try
            {
                Shape output = layers[i].OutputShape(shape);
                IReadOnlyList<ParameterSpec> specs = layers[i].Parameters(shape);
                _specs.AddRange(specs.Select(spec => ($"{_names[i]}/{spec.Name}", spec)));
                rows.Add(new LayerSummary(_names[i], layers[i].GetType().Name, output, specs.Sum(s => (long)s.Shape.Count)));
                shape = output;
            }
            catch (ArgumentException error)
            {
                throw new ArgumentException($"The layer {_names[i]} can not follow an output of {shape}: {error.Message}", error);
            }
        }

        Summary = new ModelSummary(rows, rows.Sum(r => r.ParameterCount));
    }

    /// <summary>The layers, the input first.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The layers' names, as Keras would give them.</summary>
    public IReadOnlyList<string> LayerNames => _names;

    /// <summary>The first layer: the shape of a raw item, and its preprocessing.</summary>
    public Input Input { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>Layers, shapes and parameter counts.</summary>
    public ModelSummary Summary { get; }

    /// <summary>Whether <see cref="Compile"/> has been called.</summary>
    public bool IsCompiled => _parameters is not null;

    /// <summary>What runs the model.</summary>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    public IBackend<float> Backend => Compiled(_backend);

    /// <summary>What times the training steps, if anything does.</summary>
    public TrainingProfile? Profile { get; set; }

    /// <summary>How many of <paramref name="items"/> items <see cref="Fit"/> trains on: floor(items * (1 - validationSplit)).</summary>
    public static int TrainingCount(int items, double validationSplit) => (int)Math.Floor(items * (1 - validationSplit));

    /// <summary>Gives the parameters their memory and first values. Compiling again begins anew.</summary>
    /// <param name="optimizer">The optimiser; Adam with Keras's defaults if null.</param>
    /// <param name="backend">What computes; the fastest of this machine if null. The model disposes of it.</param>
    /// <param name="seed">The key of every random number: first values, shuffles, dropout.</param>
    /// <param name="fuse">Whether known sequences of ops run as one.</param>
    /// <exception cref="ArgumentException">The backend is the one that the model has had until now.</exception>
    public void Compile(Adam? optimizer = null, IBackend<float>? backend = null, ulong seed = 0, bool fuse = true)
    {
        if (backend is not null && ReferenceEquals(backend, _backend))
        {
            throw new ArgumentException("Compiling again disposes of the model's backend: give it a new one.", nameof(backend));
        }

        Dispose();
        _backend = backend ?? CpuBackend.Create();
        _optimizer = optimizer ?? new Adam();
        (_seed, _fuse, _steps, _epochs) = (seed, fuse, 0, 0);
        _parameters = ParameterSet<float>.Create(_backend, _specs, seed);
    }

    /// <summary>
    /// Trains. The last <paramref name="validationSplit"/> of the data, taken before any shuffling, is held out and evaluated
    /// after each epoch; the rest is shuffled anew for each epoch. Training again goes on: two fits of one epoch on the same data
    /// give the same bits as one fit of two.
    /// </summary>
    /// <param name="data">Labelled items of the input's shape.</param>
    /// <param name="epochs">How often to go through them.</param>
    /// <param name="batchSize">The items of a step.</param>
    /// <param name="validationSplit">The fraction to hold out, in [0, 1).</param>
    /// <param name="callbacks">Who watches.</param>
    /// <param name="resumeFrom">Where to go on; <paramref name="epochs"/> then counts the epochs before too. Data, batch size, split,
    /// augmentation and optimiser have to be those of the training in which it was captured.</param>
    /// <param name="augmentation">How far training images are changed, anew in each epoch; not at all if null. Validation images never are.</param>
    /// <param name="cancellationToken">Ends the training after the step that is running.</param>
    /// <returns>What each epoch came to.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model, or a number is out of range.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; the model keeps what it had learnt by then.</exception>
    public History Fit(
        IDataset data, int epochs = 1, int batchSize = 32, double validationSplit = 0,
        IReadOnlyList<Callback>? callbacks = null, Checkpoint? resumeFrom = null, Augmentation? augmentation = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epochs);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        RequireClasses(data);
        (IDataset training, IDataset? validation) = Split(data, validationSplit);
        batchSize = Math.Min(batchSize, training.Count);
        var run = new TrainingRun(this, training, validation, epochs, batchSize, [.. callbacks ?? []], augmentation);
        if (resumeFrom is not null)
        {
            run.Restore(resumeFrom);
        }

        return run.Run(cancellationToken);
    }

    /// <summary>Measures the model on labelled items. Dropout does nothing.</summary>
    /// <param name="data">Labelled items of the input's shape.</param>
    /// <param name="batchSize">The items computed at once.</param>
    /// <param name="cancellationToken">Ends the evaluation after the batch that is running.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public Evaluation Evaluate(IDataset data, int batchSize = 128, CancellationToken cancellationToken = default)
    {
        RequireClasses(data);
        long start = Stopwatch.GetTimestamp();
        var mean = new RunningMean(Math.Min(batchSize, Math.Max(1, data.Count)));
        Predictions predictions = RunInference(data, batchSize, mean, cancellationToken);
        var confusion = new ConfusionMatrix(Classes);
        for (int i = 0; i < data.Count; i++)
        {
            confusion.Add(data.Label(i), predictions.Class(i));
        }

        return new Evaluation(mean.Loss, mean.Accuracy, predictions, confusion, data.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The probabilities of every item.</summary>
    /// <param name="data">Items of the input's shape; their labels are not looked at.</param>
    /// <param name="batchSize">The items computed at once.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The data does not fit the model.</exception>
    public Predictions Predict(IDataset data, int batchSize = 128) => RunInference(data, batchSize, mean: null, default);

    /// <summary>The probabilities of one item.</summary>
    /// <param name="item">The item's raw values (pixels as 0 to 255), row-major.</param>
    /// <returns>One probability a class.</returns>
    /// <exception cref="InvalidOperationException">The model is not compiled.</exception>
    /// <exception cref="ArgumentException">The item has not as many values as the input's shape.</exception>
    public float[] Predict(ReadOnlySpan<float> item)
    {
        float[] values = Preprocessed(item);
        Plan<float> plan = InferencePlan(1);
        Backend.Upload<float>(values, plan.Input.Data.Slot);
        plan.Forward(new PlanRun(1, Training: false, HasLabels: false, _seed, 0));
        var probabilities = new float[Classes];
        Backend.Download<float>(plan.Output.Data.Slot, probabilities);
        return probabilities;
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
    public string DescribePlan(int batchSize = 128)
    {
        using Plan<float> plan = MakePlan(batchSize, training: true);
        return plan.ToString();
    }

    /// <summary>Gives back the memory and the backend's threads. The description stays; the model can be compiled again.</summary>
    public void Dispose()
    {
        _trainingPlan?.Dispose();
        _inferencePlan?.Dispose();
        _parameters?.Dispose();
        _backend?.Dispose();
        (_trainingPlan, _inferencePlan, _parameters, _backend) = (null, null, null, null);
    }

    /// <summary>One training step.</summary>
    internal void Train(BatchLoader loader, int batch, int batchSize, RunningMean mean)
    {
        Plan<float> plan = TrainingPlan(batchSize);
        Profile?.Begin(plan);
        int items = loader.Load(batch, plan);
        Profile?.Loaded(items);
        AdamStep update = _optimizer.Step(_steps + 1);
        var run = new PlanRun(items, Training: true, HasLabels: true, _seed, (uint)_steps, update);
        plan.Forward(run, Profile);
        plan.Backward(run, Profile);
        _steps++;
        foreach (ParameterRange part in _notUpdatedByPlan)
        {
            Backend.Adam(update, part.Count, part.Values, part.Gradients, part.M, part.V);
        }

        Compiled(_parameters).Changed();
        Profile?.Updated();

        // Reading the losses waits for a backend that computes elsewhere, so what can be done before is.
        loader.LoadAhead(batch, plan);
        Profile?.Loaded(0);
        mean.Add(plan, Backend, items);
        Profile?.End();
    }

    internal Plan<float> TrainingPlan(int batchSize)
    {
        if (_trainingPlan?.Capacity != batchSize)
        {
            _trainingPlan?.Dispose();
            _trainingPlan = MakePlan(batchSize, training: true);
            _notUpdatedByPlan = [.. Compiled(_parameters).Without(_trainingPlan.Updated)];
        }

        return _trainingPlan;
    }

    private static string[] NameLayers(Layer[] layers)
    {
        var used = new Dictionary<string, int>();
        return [.. layers.Select(layer =>
        {
            int number = used.GetValueOrDefault(layer.Kind);
            used[layer.Kind] = number + 1;
            return number == 0 ? layer.Kind : $"{layer.Kind}_{number}";
        })];
    }

    private static T Compiled<T>(T? value)
        where T : class => value ?? throw new InvalidOperationException("The model is not compiled: call Compile first.");

    private static (IDataset Training, IDataset? Validation) Split(IDataset data, double validationSplit)
    {
        if (!(validationSplit >= 0 && validationSplit < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(validationSplit), validationSplit, "The validation split is at least 0 and below 1.");
        }

        int count = TrainingCount(data.Count, validationSplit);
        if (count == 0)
        {
            throw new ArgumentException($"A validation split of {validationSplit} leaves none of the {data.Count} items to train on.");
        }

        return count == data.Count
            ? (data, null)
            : (new DatasetSlice(data, 0, count), new DatasetSlice(data, count, data.Count - count));
    }

    /// <summary>One raw item as the network takes it.</summary>
    private float[] Preprocessed(ReadOnlySpan<float> item)
    {
        if (item.Length != Input.Shape.Count)
        {
            throw new ArgumentException($"The model takes items of {Input.Shape}, {Input.Shape.Count} values, and got {item.Length}.");
        }

        float[] values = item.ToArray();
        Input.Preprocessing.Apply(Input.Shape, values);
        return values;
    }

    private void RequireClasses(IDataset data)
    {
        if (data.Classes > Classes)
        {
            throw new ArgumentException($"The model knows {Classes} classes, and the data has {data.Classes}.");
        }
    }

    private Predictions RunInference(IDataset data, int batchSize, RunningMean? mean, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        batchSize = Math.Min(batchSize, Math.Max(1, data.Count));
        Plan<float> plan = InferencePlan(batchSize);
        var loader = new BatchLoader(data, Input, batchSize, Backend);
        var probabilities = new float[data.Count * Classes];
        for (int batch = 0; batch < loader.Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int items = loader.Load(batch, plan);
            plan.Forward(new PlanRun(items, Training: false, HasLabels: mean is not null, _seed, 0));
            mean?.Add(plan, Backend, items);
            Backend.Download(plan.Output.Data.Slot, probabilities.AsSpan(batch * batchSize * Classes, items * Classes));
        }

        return new Predictions(data.Count, Classes, probabilities);
    }

    /// <summary>A plan for at least so many items, ready for the weights as they are: a larger one serves smaller batches too.</summary>
    private Plan<float> InferencePlan(int batchSize)
    {
        if (_inferencePlan is null || _inferencePlan.Capacity < batchSize)
        {
            _inferencePlan?.Dispose();
            _inferencePlan = MakePlan(batchSize, training: false);
        }

        _inferencePlan.Prepare(Compiled(_parameters).Version);
        return _inferencePlan;
    }

    private Plan<float> MakePlan(int batchSize, bool training) =>
        new(Backend, new Lowering<float>(_layers, _names, Compiled(_parameters).All, batchSize, training, _fuse), keepPrepared: !training);
}
