using NeuralCore.Data;

namespace NeuralCore;

/// <summary>
/// The shards of this rank, each with a plan, a loader and gradients of its own. All run side by side, node by node, so that the sums over the whole batch that an
/// <see cref="IBatchWideNode"/> needs can be shared between shards and ranks before it runs. One process with S shards does what S ranks do, in the same order.
/// </summary>
internal sealed class ShardedBatch : IDisposable
{
    private readonly Learner _learner;
    private readonly Communicator? _ranks;
    private readonly ShardCut _cut;
    private readonly int _items;
    private readonly Plan<float>[] _plans;
    private readonly BatchLoader[] _loaders;
    private readonly BatchSlots[] _slots;
    private readonly PlanRun[] _runs;
    private readonly IBatchWideNode?[] _wide;
    private readonly LossValues _values;
    private readonly List<MemoryBlock> _gradients = [];
    private readonly GradientExchange _exchange;
    private readonly RunningMean _own;
    private readonly SharedSums _measured;
    private readonly double[] _sums;
    private readonly int[] _firsts;
    private readonly int[] _sumFirsts;
    private int _batchItems;
    private int _filled;

    /// <summary>Makes the plans.</summary>
    /// <param name="learner">The network that learns.</param>
    /// <param name="data">What it is trained on.</param>
    /// <param name="cut">How batches are cut.</param>
    /// <param name="options">Further options.</param>
    public ShardedBatch(Learner learner, FitData data, ShardCut cut, FitOptions options)
    {
        (_learner, _cut, _items, _ranks) = (learner, cut, data.Training.Count, cut.Ranks > 1 ? options.Ranks : null);
        (int count, Slot first) = learner.Network.Parameters.TrainedGradients!.Value;

        // A rank without shards takes part in all that is exchanged, and in the update.
        int own = Math.Max(1, cut.Count);
        var gradients = new Slot[own];
        for (int k = 0; k < own; k++)
        {
            gradients[k] = k == 0 ? first : NewGradients(first.Bytes);
        }

        _values = learner.LossOf(data.TrainingWeights is not null);
        _plans = [.. gradients.Select(block => learner.MakeShardPlan(cut.ShardItems, _values, block))];
        _loaders = [.. Enumerable.Range(0, own).Select(k => NewLoader(data, cut.First + k, options))];
        _slots = [.. _plans.Select(plan => new BatchSlots(plan[learner.Input], plan[_values.Targets], _values.Weights is { } weights ? plan[weights] : null))];
        _runs = new PlanRun[own];
        _wide = [.. _plans[0].Steps.Select(step => step.Node is IBatchWideNode wide && wide.IsBatchWide(step.Memory) ? wide : null)];
        _exchange = new GradientExchange(learner.Backend, _ranks, cut, count, gradients);
        _own = new RunningMean(cut.ShardItems, learner.Judgement);
        _measured = new SharedSums(_ranks, _own.SumCount);
        _sums = new double[cut.Shards * _wide.Max(wide => wide?.SumCount ?? 0)];
        _firsts = [.. Enumerable.Range(0, cut.Ranks + 1).Select(cut.FirstOf)];
        _sumFirsts = new int[_firsts.Length];
    }

    /// <summary>The plan of the first shard, which stands for all in a profile.</summary>
    public Plan<float> Plan => _plans[0];

    /// <summary>The batches of an epoch.</summary>
    public int Batches => (_items + _cut.BatchSize - 1) / _cut.BatchSize;

    /// <summary>Begins an epoch.</summary>
    public void Shuffle(ulong seed, int epoch) => Array.ForEach(_loaders, loader => loader.Shuffle(seed, epoch));

    /// <summary>Brings in this rank's part of a batch.</summary>
    /// <returns>Its items.</returns>
    public int Load(int batch)
    {
        _batchItems = Math.Min(_cut.BatchSize, _items - (batch * _cut.BatchSize));
        _filled = Math.Clamp(_cut.Used(_batchItems) - _cut.First, 0, _cut.Count);
        int items = 0;
        for (int k = 0; k < _cut.Count; k++)
        {
            items += _loaders[k].Load(batch, _slots[k]);
        }

        return items;
    }

    /// <summary>Brings in the next batch's, as <see cref="BatchLoader.LoadAhead"/> does.</summary>
    public void LoadAhead(int batch)
    {
        for (int k = 0; k < _cut.Count; k++)
        {
            _loaders[k].LoadAhead(batch, _slots[k]);
        }
    }

    /// <summary>Runs the batch forward and backward, and sums the gradients of all shards.</summary>
    /// <exception cref="RankException">A rank does not answer.</exception>
    public void Run(ulong seed, uint step, IStepClock? clock)
    {
        for (int k = 0; k < _runs.Length; k++)
        {
            int shard = _cut.First + k;
            _runs[k] = new PlanRun(k < _filled ? _cut.ItemsOf(shard, _batchItems) : 0, Training: true, HasTargets: true, seed, step)
            {
                FirstItem = shard * _cut.ShardItems,
                BatchItems = _batchItems,
            };
        }

        for (int i = 0; i < _wide.Length; i++)
        {
            Forward(i);
            clock?.Forward(i);
        }

        for (int i = _wide.Length - 1; i >= 0; i--)
        {
            Backward(i);
            clock?.Backward(i);
        }

        _exchange.Sum(_batchItems);
    }

    /// <summary>Adds up losses, hits and metrics of the batch that has run: of each shard, and these in their order.</summary>
    /// <param name="mean">Receives them.</param>
    /// <param name="isCancelled">Whether the training is cancelled on this rank.</param>
    /// <returns>Whether it is on any rank.</returns>
    public bool Measure(RunningMean mean, bool isCancelled)
    {
        _measured.Begin(_firsts, isCancelled);
        for (int k = 0; k < _filled; k++)
        {
            _own.Reset();
            _own.Add(_learner.Backend, _plans[k], _values, _loaders[k].Current, _runs[k].Items);
            _own.CopySums(_measured[_cut.First + k]);
        }

        return _measured.End(mean);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Array.ForEach(_plans, plan => plan.Dispose());
        _gradients.ForEach(block => block.Dispose());
        _exchange.Dispose();
    }

    private Slot NewGradients(long bytes)
    {
        MemoryBlock block = _learner.Backend.Allocate(bytes);
        _gradients.Add(block);
        return block.Slot(0, bytes);
    }

    private BatchLoader NewLoader(FitData data, int shard, FitOptions options) => new(
        data.Training, _learner.Input, _cut.ShardItems, _learner.Backend,
        new LoadExtras(new TargetReader(data.Training, _learner.Loss, _learner.Output.Shape), data.TrainingWeights, options.Augmentation)
        {
            Part = new BatchPart(_cut.BatchSize, shard * _cut.ShardItems),
        });

    private void Forward(int i)
    {
        ReadOnlySpan<double> sums = default;
        if (_wide[i] is { } wide)
        {
            Span<double> all = SumsOf(wide);
            for (int k = 0; k < _filled; k++)
            {
                wide.ForwardSums(RunOf(i, k), all.Slice((_cut.First + k) * wide.SumCount, wide.SumCount));
            }

            Share(all, wide.SumCount);
            wide.UpdateState(new NodeRun<float>(_learner.Backend, _plans[0].Steps[i].Memory, _runs[0], all));
            sums = all;
        }

        for (int k = 0; k < _filled; k++)
        {
            _plans[k].Steps[i].Forward(RunOf(i, k, sums));
        }
    }

    private void Backward(int i)
    {
        ReadOnlySpan<double> sums = default;
        if (_wide[i] is { } wide && _plans[0].Steps[i].RunsBackward)
        {
            Span<double> all = SumsOf(wide);
            for (int k = 0; k < _filled; k++)
            {
                wide.BackwardSums(RunOf(i, k), all.Slice((_cut.First + k) * wide.SumCount, wide.SumCount));
            }

            Share(all, wide.SumCount);
            sums = all;
        }

        for (int k = 0; k < _filled; k++)
        {
            _plans[k].Steps[i].RunBackward(_learner.Backend, _runs[k], sums);
        }
    }

    private NodeRun<float> RunOf(int i, int k, ReadOnlySpan<double> sums = default) => new(_learner.Backend, _plans[k].Steps[i].Memory, _runs[k], sums);

    private Span<double> SumsOf(IBatchWideNode wide)
    {
        Span<double> all = _sums.AsSpan(0, _cut.Shards * wide.SumCount);
        all.Clear();
        return all;
    }

    private void Share(Span<double> all, int width)
    {
        if (_ranks is null)
        {
            return;
        }

        for (int rank = 0; rank < _firsts.Length; rank++)
        {
            _sumFirsts[rank] = _firsts[rank] * width;
        }

        _ranks.AllGather(all, _sumFirsts);
    }
}
