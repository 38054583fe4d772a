using System.Numerics.Tensors;
using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A network that learns: its weights with what the optimiser keeps of them, its loss, how far it came, and the plans in which it trains and
/// predicts. It is the one owner of a training step.
/// </summary>
internal sealed partial class Learner : IDisposable
{
    private readonly bool _fuse;
    private readonly InferencePlans _inference;
    private readonly InferencePlans _whole;
    private readonly MemoryBlock? _clipScratch;
    private (Plan<float> Plan, bool IsWeighted)? _training;
    private LossValues? _weightedValues;
    private IReadOnlyList<(UpdateRange Range, WeightRole Role)> _ranges = [];

    /// <summary>Gives a network memory and, unless others write them, first values.</summary>
    /// <exception cref="ArgumentException">The loss or a metric is not for the network's output, or the optimiser keeps too much.</exception>
    public Learner(NetworkDescription description, Recipe recipe, IBackend<float> backend, ulong seed, bool fuse, bool hasFirstValues = true)
    {
        (Optimizer, Loss, Backend, Seed, _fuse) = (recipe.Optimizer, recipe.Loss, backend, seed, fuse);
        LossValues = Loss.Build(description.Outputs[0]);
        Judgement = Judgement.Of(description.Outputs[0], Loss, LossValues, recipe.Metrics);
        if (Optimizer.StateNames.Count > UpdateRule.MostStates)
        {
            throw new ArgumentException(
                $"The optimiser {Optimizer.Name} keeps {Optimizer.StateNames.Count} numbers of each weight, and there is room for {UpdateRule.MostStates}: keep fewer.");
        }

        Network = new Network<float>(description, backend, FusionRules.All, Optimizer.StateNames.Count, hasFirstValues ? seed : null);
        _inference = new InferencePlans(this, MakeInferencePlan);
        _whole = new InferencePlans(this, MakeWholePlan);
        if (Optimizer.GlobalClipNorm is not null && Network.Parameters.TrainedGradients is { } all)
        {
            _clipScratch = backend.Allocate(Math.Max(Slot.Alignment, backend.ClipNormScratchBytes(all.Count)));
        }
    }

    public Network<float> Network { get; }

    public Optimizer Optimizer { get; }

    public Loss Loss { get; }

    public LossValues LossValues { get; }

    /// <summary>What is measured of the output.</summary>
    public Judgement Judgement { get; }

    public IBackend<float> Backend { get; }

    /// <summary>The key of every random number.</summary>
    public ulong Seed { get; }

    /// <summary>The steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The epochs completed so far.</summary>
    public int Epochs { get; private set; }

    /// <summary>The average of the weights, where a training keeps one.</summary>
    public WeightAverages? Averages { get; private set; }

    /// <summary>What times the training steps, if anything does.</summary>
    public TrainingProfile? Profile { get; set; }

    /// <summary>The network's input.</summary>
    public Value Input => Network.Description.Inputs[0];

    /// <summary>What it gives.</summary>
    public Value Output => Network.Description.Outputs[0];

    /// <summary>One training step.</summary>
    public void Train(BatchLoader loader, int batch, int batchSize, RunningMean mean)
    {
        (Plan<float> plan, LossValues values) = PlanFor(batchSize, loader.IsWeighted);
        var slots = new BatchSlots(plan[Input], plan[values.Targets], values.Weights is { } weights ? plan[weights] : null);
        Profile?.Begin(plan);
        int items = loader.Load(batch, slots);
        Profile?.Loaded(items);
        UpdateRules update = Optimizer.RulesAt(Steps + 1);
        var run = new PlanRun(items, Training: true, HasTargets: true, Seed, (uint)Steps, update);
        plan.Forward(run, Profile);
        plan.Backward(run, Profile);
        Steps++;
        Update(update);
        Averages?.AddStep(Steps);
        Profile?.Updated();

        // Reading the losses waits for a backend that computes elsewhere, so what can be done before is.
        loader.LoadAhead(batch, slots);
        Profile?.Loaded(0);
        mean.Add(Backend, plan, values, loader.Current, items);
        Profile?.End();
    }

    /// <summary>Measures the network on items.</summary>
    /// <param name="loader">Reads the items, with their targets if there is a mean.</param>
    /// <param name="batchSize">The items of a batch.</param>
    /// <param name="count">All items.</param>
    /// <param name="mean">Receives what is measured; null to predict alone.</param>
    /// <param name="cancellationToken">Ends it after the batch that is running.</param>
    public Predictions Evaluate(BatchLoader loader, int batchSize, int count, RunningMean? mean, CancellationToken cancellationToken)
    {
        int width = Output.Shape.Count;
        using InferencePlans.Lease lease = _inference.Rent(batchSize);
        Plan<float> plan = lease.Plan;
        var predictions = new float[count * width];
        for (int batch = 0; batch < loader.Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int items = Measure(plan, loader, batch, mean);
            Backend.Download(plan[Output], predictions.AsSpan(batch * batchSize * width, items * width));
        }

        return new Predictions(count, width, predictions);
    }

    /// <summary>What the network gives for one preprocessed item.</summary>
    public float[] Predict(ReadOnlySpan<float> item)
    {
        using InferencePlans.Lease lease = _inference.Rent(1);
        Plan<float> plan = lease.Plan;
        Backend.Upload(item, plan[Input]);
        plan.Forward(new PlanRun(1, Training: false, HasTargets: false, Seed, 0));
        var output = new float[Output.Shape.Count];
        Backend.Download<float>(plan[Output], output);
        return output;
    }

    /// <summary>What the network gives at all its outputs for preprocessed items at all its inputs.</summary>
    public IReadOnlyList<float[]> Predict(IReadOnlyList<float[]> inputs, int items)
    {
        using InferencePlans.Lease lease = _whole.Rent(items);
        Plan<float> plan = lease.Plan;
        foreach ((Value input, float[] values) in Network.Description.Inputs.Zip(inputs))
        {
            Backend.Upload<float>(values, plan[input]);
        }

        plan.Forward(new PlanRun(items, Training: false, HasTargets: false, Seed, 0));
        return [.. Network.Description.Outputs.Select(Read)];

        float[] Read(Value output)
        {
            var values = new float[items * output.Shape.Count];
            Backend.Download<float>(plan[output], values);
            return values;
        }
    }

    /// <summary>Makes sure that one batch of a dataset is all that the network takes.</summary>
    /// <exception cref="InvalidOperationException">The network has several inputs.</exception>
    public void RequireOneInput()
    {
        if (Network.Description.Inputs.Count > 1)
        {
            throw new InvalidOperationException(
                $"The model has {Network.Description.Inputs.Count} inputs, and a dataset brings in one: predict with a tensor for each, or train on a tape.");
        }
    }

    /// <summary>Makes sure that batches of a size have statistics: of one number a channel the variance is 0, and nothing would be learnt.</summary>
    /// <exception cref="ArgumentException">A batch normalization that is trained gets one number a channel.</exception>
    public void RequireStatistics(int batchSize)
    {
        foreach (BatchNormNode norm in Network.Description.Nodes.OfType<BatchNormNode>())
        {
            Weight mean = norm.Weights[0];
            if (batchSize * norm.Shape.Positions == 1 && !Network.Description.Frozen.Contains(mean))
            {
                string name = Network.Parameters.All.First(parameter => parameter.Weight == mean).Name;
                throw new ArgumentException(
                    $"The layer {name[..name.LastIndexOf('/')]} takes the statistics of a batch, and of one item of {norm.Input.Shape} there are none: train with a batchSize of 2 or more.");
            }
        }
    }

    /// <summary>The plan in which batches of a size are trained.</summary>
    public Plan<float> MakeTrainingPlan(int batchSize) => MakeTrainingPlan(batchSize, LossValues);

    /// <summary>A plan in which batches are predicted and judged.</summary>
    public Plan<float> MakeInferencePlan(int batchSize) => Network.MakePlan(new PlanRequest
    {
        Inputs = [Input, LossValues.Targets],
        Outputs = OutputsWith(LossValues),
        Capacity = batchSize,
        Fuse = _fuse,
        KeepPrepared = true,
    });

    private Plan<float> MakeWholePlan(int batchSize) => Network.MakePlan(new PlanRequest
    {
        Inputs = Network.Description.Inputs,
        Outputs = Network.Description.Outputs,
        Capacity = batchSize,
        Fuse = _fuse,
        KeepPrepared = true,
    });

    /// <summary>A plan up to a value; its backward pass, if there is one, begins with a gradient of that value and ends with the input's.</summary>
    /// <param name="until">The value.</param>
    /// <param name="withBackward">Whether there is a backward pass.</param>
    /// <param name="within">A value on the way that is brought in as well, and at which the backward pass ends; null for none.</param>
    /// <param name="capacity">The most items at once.</param>
    public Plan<float> MakeExplainingPlan(Value until, bool withBackward, Value? within = null, int capacity = 1) => Network.MakePlan(new PlanRequest
    {
        Inputs = within is null ? [Input] : [Input, within],
        Outputs = [until],
        Capacity = capacity,
        HasBackward = withBackward,
        Seeds = withBackward ? [until] : [],
        WithGradient = withBackward ? [within ?? Input] : [],
        Fuse = _fuse,
    });

    /// <summary>Memory for a moment of the training.</summary>
    public Checkpoint NewCheckpoint(bool hasAverage)
    {
        IReadOnlyList<Parameter> all = Network.Parameters.All;
        return new Checkpoint([.. all.Select(p => (p.Name, p.Shape))], [.. all.Select(p => p.IsTrained)], Optimizer.StateNames, hasAverage);
    }

    /// <summary>Begins an average of the weights with the next step, or ends that which there is.</summary>
    /// <param name="kind">What is averaged, and how; null for nothing.</param>
    public void BeginAverages(WeightAverage? kind)
    {
        Averages?.Dispose();
        Averages = kind is null ? null : new WeightAverages(Network.Parameters, Backend, kind);
    }

    /// <summary>The name of a weight that is infinite or not a number; null where there is none.</summary>
    public string? FirstNotFinite()
    {
        float[]? buffer = null;
        foreach (Parameter parameter in Network.Parameters.All)
        {
            ReadOnlySpan<float> values = Backend.HostValues(parameter.Slots.Values);
            if (values.IsEmpty)
            {
                buffer = buffer?.Length >= parameter.Count ? buffer : new float[parameter.Count];
                Backend.Download(parameter.Slots.Values, buffer.AsSpan(0, parameter.Count));
                values = buffer;
            }

            if (!TensorPrimitives.IsFiniteAll(values[..parameter.Count]))
            {
                return parameter.Name;
            }
        }

        return null;
    }

    /// <summary>Draws the order of the epoch that follows the complete ones.</summary>
    public void DrawOrder(BatchLoader loader) => loader.Shuffle(Seed, Epochs + 1);

    /// <summary>Counts an epoch.</summary>
    public void CompleteEpoch() => Epochs++;

    /// <summary>Goes to a point of training. The weights are restored apart.</summary>
    public void GoTo(long steps, int epochs) => (Steps, Epochs) = (steps, epochs);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _training?.Plan.Dispose();
        _clipScratch?.Dispose();
        Averages?.Dispose();
        _inference.Dispose();
        _whole.Dispose();
        Network.Dispose();
        Backend.Dispose();
    }

    private void Update(UpdateRules update)
    {
        if (_clipScratch is { } scratch && Network.Parameters.TrainedGradients is { } all)
        {
            Backend.ClipNorm(all.Count, all.Gradients, Optimizer.GlobalClipNorm!.Value, scratch.Slot(0, scratch.Bytes));
        }

        for (int i = 0; i < _ranges.Count; i++)
        {
            (UpdateRange range, WeightRole role) = _ranges[i];
            Backend.Update(update.Of(role), range.Count, range.Values, range.Gradients, range.State);
        }

        Network.Parameters.Changed();
    }

    private IReadOnlyList<Value> OutputsWith(LossValues values) => values.Hits is { } hits ? [Output, values.Losses, hits] : [Output, values.Losses];

    private Plan<float> MakeTrainingPlan(int batchSize, LossValues values) => Network.MakePlan(TrainingRequest(batchSize, values));

    private PlanRequest TrainingRequest(int batchSize, LossValues values) => new()
    {
        Inputs = values.Weights is { } weights ? [Input, values.Targets, weights] : [Input, values.Targets],
        Outputs = OutputsWith(values),
        Capacity = batchSize,
        Training = true,
        HasBackward = true,
        Fuse = _fuse,
        Update = Optimizer.RunsInBackward && _fuse ? Optimizer.RulesAt(Steps + 1) : null,
    };

    private (Plan<float> Plan, LossValues Values) PlanFor(int batchSize, bool isWeighted)
    {
        LossValues values = LossOf(isWeighted);
        if (_training is not { } kept || kept.Plan.Capacity != batchSize || kept.IsWeighted != isWeighted)
        {
            _training?.Plan.Dispose();
            _training = null;
            kept = (MakeTrainingPlan(batchSize, values), isWeighted);
            _training = kept;
            _ranges = [.. RangesWithout([.. kept.Plan.Updated, .. Untouched(kept.Plan)])];
        }

        return (kept.Plan, values);
    }

    /// <summary>The weights on which the loss does not depend, those of a second output: decay must not change them either.</summary>
    private IEnumerable<Weight> Untouched(Plan<float> plan) =>
        Network.Parameters.All.Select(parameter => parameter.Weight).Except(plan.Steps.SelectMany(step => step.Node.Weights));

    /// <summary>What of the flat blocks is updated behind the backward pass: in one loop where all weights have one rule.</summary>
    private IEnumerable<(UpdateRange Range, WeightRole Role)> RangesWithout(IReadOnlyList<Weight> updated)
    {
        UpdateRules rules = Optimizer.RulesAt(Steps + 1);
        if (rules.Decayed == rules.Undecayed)
        {
            return Network.Parameters.Ranges(updated).Select(range => (range, WeightRole.Undecayed));
        }

        WeightRole[] roles = [WeightRole.Decayed, WeightRole.Undecayed];
        return roles.SelectMany(role => Network.Parameters.Ranges(updated, weight => weight.Role == role).Select(range => (range, role)));
    }
}

/// <summary>How a network is to learn.</summary>
/// <param name="Optimizer">How weights change by their gradients.</param>
/// <param name="Loss">What is made small.</param>
/// <param name="Metrics">What else is measured.</param>
internal sealed record Recipe(Optimizer Optimizer, Loss Loss, IReadOnlyList<Metric> Metrics);
