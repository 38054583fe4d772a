using NeuralCore.Data;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>
/// A network that learns: its weights with what the optimiser keeps of them, its loss, how far it came, and the plans in which it trains and
/// predicts. It is the one owner of a training step.
/// </summary>
internal sealed class Learner : IDisposable
{
    private readonly bool _fuse;
    private readonly InferencePlans _inference;
    private Plan<float>? _plan;
    private IReadOnlyList<UpdateRange> _ranges = [];

    /// <summary>Gives a network memory and first values.</summary>
    /// <exception cref="ArgumentException">The loss is not for the network's output, or there is nothing to train and no state either.</exception>
    public Learner(NetworkDescription description, Optimizer optimizer, Loss loss, IBackend<float> backend, ulong seed, bool fuse)
    {
        (Optimizer, Loss, Backend, Seed, _fuse) = (optimizer, loss, backend, seed, fuse);
        LossValues = loss.Build(description.Outputs[0]);
        Network = new Network<float>(description, backend, FusionRules.All, optimizer.StateNames.Count, seed);
        _inference = new InferencePlans(this);
    }

    public Network<float> Network { get; }

    public Optimizer Optimizer { get; }

    public Loss Loss { get; }

    public LossValues LossValues { get; }

    public IBackend<float> Backend { get; }

    /// <summary>The key of every random number.</summary>
    public ulong Seed { get; }

    /// <summary>The steps taken so far.</summary>
    public long Steps { get; private set; }

    /// <summary>The epochs completed so far.</summary>
    public int Epochs { get; private set; }

    /// <summary>What times the training steps, if anything does.</summary>
    public TrainingProfile? Profile { get; set; }

    /// <summary>The network's input.</summary>
    public Value Input => Network.Description.Inputs[0];

    /// <summary>What it gives.</summary>
    public Value Output => Network.Description.Outputs[0];

    /// <summary>One training step.</summary>
    public void Train(BatchLoader loader, int batch, int batchSize, RunningMean mean)
    {
        Plan<float> plan = PlanFor(batchSize);
        var slots = new BatchSlots(plan[Input], plan[LossValues.Targets]);
        Profile?.Begin(plan);
        int items = loader.Load(batch, slots);
        Profile?.Loaded(items);
        UpdateRule update = Optimizer.RuleAt(Steps + 1);
        var run = new PlanRun(items, Training: true, HasTargets: true, Seed, (uint)Steps, update);
        plan.Forward(run, Profile);
        plan.Backward(run, Profile);
        Steps++;
        for (int i = 0; i < _ranges.Count; i++)
        {
            UpdateRange range = _ranges[i];
            Backend.Update(update, range.Count, range.Values, range.Gradients, range.First, range.Second);
        }

        Network.Parameters.Changed();
        Profile?.Updated();

        // Reading the losses waits for a backend that computes elsewhere, so what can be done before is.
        loader.LoadAhead(batch, slots);
        Profile?.Loaded(0);
        AddTo(mean, plan, items);
        Profile?.End();
    }

    /// <summary>Measures the network on labelled items.</summary>
    public Predictions Evaluate(IDataset data, int batchSize, RunningMean? mean, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        batchSize = Math.Min(batchSize, Math.Max(1, data.Count));
        int width = Output.Shape.Count;
        using InferencePlans.Lease lease = _inference.Rent(batchSize);
        Plan<float> plan = lease.Plan;
        var loader = new BatchLoader(data, Input, batchSize, Backend);
        var predictions = new float[data.Count * width];
        for (int batch = 0; batch < loader.Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int items = loader.Load(batch, new BatchSlots(plan[Input], plan[LossValues.Targets]));
            plan.Forward(new PlanRun(items, Training: false, HasTargets: mean is not null, Seed, 0));
            if (mean is not null)
            {
                AddTo(mean, plan, items);
            }

            Backend.Download(plan[Output], predictions.AsSpan(batch * batchSize * width, items * width));
        }

        return new Predictions(data.Count, width, predictions);
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

    /// <summary>The plan in which batches of a size are trained.</summary>
    public Plan<float> MakeTrainingPlan(int batchSize) => Network.MakePlan(new PlanRequest
    {
        Inputs = [Input, LossValues.Targets],
        Outputs = OutputsWithLoss,
        Capacity = batchSize,
        Training = true,
        HasBackward = true,
        Fuse = _fuse,
        Update = Optimizer.RunsInBackward && _fuse ? Optimizer.RuleAt(Steps + 1) : null,
    });

    /// <summary>A plan in which batches are predicted and judged.</summary>
    public Plan<float> MakeInferencePlan(int batchSize) => Network.MakePlan(new PlanRequest
    {
        Inputs = [Input, LossValues.Targets],
        Outputs = OutputsWithLoss,
        Capacity = batchSize,
        Fuse = _fuse,
        KeepPrepared = true,
    });

    /// <summary>A plan for one item up to a value; its backward pass, if there is one, begins with a gradient of that value and ends with the input's.</summary>
    public Plan<float> MakeExplainingPlan(Value until, bool withBackward) => Network.MakePlan(new PlanRequest
    {
        Inputs = [Input],
        Outputs = [until],
        Capacity = 1,
        HasBackward = withBackward,
        Seeds = withBackward ? [until] : [],
        WithGradient = withBackward ? [Input] : [],
        Fuse = _fuse,
    });

    /// <summary>Draws the order of the epoch that follows the complete ones.</summary>
    public void DrawOrder(BatchLoader loader) => loader.Shuffle(Seed, Epochs + 1);

    /// <summary>Counts an epoch.</summary>
    public void CompleteEpoch() => Epochs++;

    /// <summary>Goes to a point of training. The weights are restored apart.</summary>
    public void GoTo(long steps, int epochs) => (Steps, Epochs) = (steps, epochs);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _plan?.Dispose();
        _inference.Dispose();
        Network.Dispose();
        Backend.Dispose();
    }

    private IReadOnlyList<Value> OutputsWithLoss =>
        LossValues.Hits is { } hits ? [Output, LossValues.Losses, hits] : [Output, LossValues.Losses];

    private void AddTo(RunningMean mean, Plan<float> plan, int items) =>
        mean.Add(Backend, plan[LossValues.Losses], LossValues.Hits is { } hits ? plan[hits] : null, items);

    private Plan<float> PlanFor(int batchSize)
    {
        if (_plan?.Capacity != batchSize)
        {
            _plan?.Dispose();
            _plan = MakeTrainingPlan(batchSize);
            _ranges = Network.Parameters.Ranges(_plan.Updated);
        }

        return _plan;
    }
}
