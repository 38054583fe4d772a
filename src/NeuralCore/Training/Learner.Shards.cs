namespace NeuralCore;

/// <content>Batches that are cut into shards, by ranks or by a setting.</content>
internal sealed partial class Learner
{
    /// <summary>One training step on shards.</summary>
    /// <param name="shards">The shards of this rank.</param>
    /// <param name="batch">The batch of the epoch.</param>
    /// <param name="mean">Receives what is measured of the whole batch.</param>
    /// <param name="isCancelled">Whether the training is cancelled on this rank.</param>
    /// <returns>Whether it is on any rank.</returns>
    /// <exception cref="RankException">A rank does not answer.</exception>
    public bool Train(ShardedBatch shards, int batch, RunningMean mean, bool isCancelled)
    {
        Profile?.Begin(shards.Plan);
        int items = shards.Load(batch);
        Profile?.Loaded(items);
        UpdateRules update = Optimizer.RulesAt(Steps + 1);
        shards.Run(Seed, (uint)Steps, Profile);
        Steps++;
        Update(update);
        Averages?.AddStep(Steps);
        Profile?.Updated();
        shards.LoadAhead(batch);
        Profile?.Loaded(0);
        bool isCancelledOnAny = shards.Measure(mean, isCancelled);
        Profile?.End();
        return isCancelledOnAny;
    }

    /// <summary>Draws the order of the epoch that follows the complete ones.</summary>
    public void DrawOrder(ShardedBatch shards) => shards.Shuffle(Seed, Epochs + 1);

    /// <summary>A plan in which a shard is trained: it writes its gradients, all of them, to a block of its own and updates nothing.</summary>
    public Plan<float> MakeShardPlan(int items, LossValues values, Slot gradients)
    {
        Plan<float> plan = Network.MakePlan(TrainingRequest(items, values) with { Update = null }, gradients);

        // The ranges of a plan of whole batches leave out the weights that it updates in backward; here all are updated behind it.
        _training?.Plan.Dispose();
        _training = null;
        _ranges = [.. RangesWithout([.. Untouched(plan)])];
        return plan;
    }

    /// <summary>The loss as it is written down, with or without weights of items.</summary>
    public LossValues LossOf(bool isWeighted) => isWeighted ? _weightedValues ??= Loss.Build(Output, weighted: true) : LossValues;

    /// <summary>Takes a plan in which batches are predicted and judged.</summary>
    public InferencePlans.Lease RentInferencePlan(int batchSize) => _inference.Rent(batchSize);

    /// <summary>Predicts a batch and measures it.</summary>
    /// <returns>Its items.</returns>
    public int Measure(Plan<float> plan, BatchLoader loader, int batch, RunningMean? mean)
    {
        int items = loader.Load(batch, new BatchSlots(plan[Input], plan[LossValues.Targets]));
        plan.Forward(new PlanRun(items, Training: false, HasTargets: mean is not null, Seed, 0));
        mean?.Add(Backend, plan, LossValues, loader.Current, items);
        return items;
    }
}
