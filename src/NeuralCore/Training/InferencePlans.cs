namespace NeuralCore;

/// <summary>
/// Plans in which a network predicts, as many as threads ask for at once; they share the weights. A plan for many items serves fewer, too. Where a
/// backend is one queue, one thread has it at a time.
/// </summary>
/// <param name="learner">The network.</param>
/// <param name="make">Makes a plan for a number of items.</param>
internal sealed class InferencePlans(Learner learner, Func<int, Plan<float>> make) : IDisposable
{
    private readonly List<Plan<float>> _idle = [];
    private readonly SemaphoreSlim? _queue = learner.Backend.IsConcurrent ? null : new SemaphoreSlim(1, 1);

    /// <summary>Takes a plan for at least a number of items, ready for the weights as they are.</summary>
    public Lease Rent(int batchSize)
    {
        _queue?.Wait();
        try
        {
            Plan<float> plan = TakeIdle(batchSize) ?? make(batchSize);
            plan.Prepare(learner.Network.Parameters.Version);
            return new Lease(this, plan);
        }
        catch
        {
            _queue?.Release();
            throw;
        }
    }

    /// <summary>Gives the memory of all plans back.</summary>
    public void Dispose()
    {
        lock (_idle)
        {
            _idle.ForEach(plan => plan.Dispose());
            _idle.Clear();
        }

        _queue?.Dispose();
    }

    private Plan<float>? TakeIdle(int batchSize)
    {
        lock (_idle)
        {
            // The smallest that is large enough; where none is, the largest gives way, so that there are not more plans than threads.
            int best = -1;
            for (int i = 0; i < _idle.Count; i++)
            {
                if (_idle[i].Capacity >= batchSize && (best < 0 || _idle[i].Capacity < _idle[best].Capacity))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                if (_idle.Count > 0)
                {
                    _idle[^1].Dispose();
                    _idle.RemoveAt(_idle.Count - 1);
                }

                return null;
            }

            Plan<float> plan = _idle[best];
            _idle.RemoveAt(best);
            return plan;
        }
    }

    private void Return(Plan<float> plan)
    {
        lock (_idle)
        {
            _idle.Add(plan);
        }

        _queue?.Release();
    }

    /// <summary>A plan that is in use until this is disposed of.</summary>
    internal readonly struct Lease(InferencePlans owner, Plan<float> plan) : IDisposable
    {
        public Plan<float> Plan => plan;

        public void Dispose() => owner.Return(plan);
    }
}
