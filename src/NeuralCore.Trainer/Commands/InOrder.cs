namespace NeuralCore.Trainer.Commands;

/// <summary>Work that several threads do ahead while its results are taken one by one, in the order in which it was given.</summary>
internal static class InOrder
{
    /// <summary>Does the work.</summary>
    /// <param name="items">What to work on.</param>
    /// <param name="threads">How many threads work at the same time.</param>
    /// <param name="work">The work; it may run on any thread. What it throws is thrown when its result is asked for.</param>
    /// <param name="cancellationToken">Ends at the next result.</param>
    /// <returns>For each item a function that waits for its result. At most two results a thread wait to be taken.</returns>
    public static IEnumerable<(TItem Item, Func<TResult> Result)> Select<TItem, TResult>(
        IEnumerable<TItem> items, int threads, Func<TItem, TResult> work, CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(threads);
        var ahead = new Queue<(TItem Item, Task<TResult> Task)>();
        try
        {
            foreach (TItem item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (ahead.Count >= 2 * threads)
                {
                    (TItem done, Task<TResult> task) = ahead.Dequeue();
                    yield return (done, () => task.GetAwaiter().GetResult());
                }

                ahead.Enqueue((item, Task.Run(() => Work(item))));
            }

            while (ahead.TryDequeue(out (TItem Item, Task<TResult> Task) next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return (next.Item, () => next.Task.GetAwaiter().GetResult());
            }
        }
        finally
        {
            // These are taken no more; the semaphore must outlive them.
            Task.WaitAll([.. ahead.Select(left => left.Task.ContinueWith(_ => { }, TaskScheduler.Default))], CancellationToken.None);
        }

        TResult Work(TItem item)
        {
            free.Wait(CancellationToken.None);
            try
            {
                return work(item);
            }
            finally
            {
                free.Release();
            }
        }
    }
}
