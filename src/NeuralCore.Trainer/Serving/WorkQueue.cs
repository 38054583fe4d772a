namespace NeuralCore.Trainer.Serving;

/// <summary>Lets some work at a time, and a bounded number wait.</summary>
/// <param name="atOnce">How many work at a time.</param>
/// <param name="mostWaiting">How many may wait.</param>
internal sealed class WorkQueue(int atOnce, int mostWaiting)
{
    private readonly SemaphoreSlim _places = new(atOnce);
    private int _inside;

    /// <summary>Waits for a place.</summary>
    /// <param name="longest">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether there is one; then <see cref="Leave"/> gives it back.</returns>
    public async Task<bool> Enter(TimeSpan longest, CancellationToken cancellationToken)
    {
        bool isIn = false;
        if (Interlocked.Increment(ref _inside) <= atOnce + mostWaiting)
        {
            try
            {
                isIn = await _places.WaitAsync(longest, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // Nobody waits for the answer any more.
            }
        }

        if (!isIn)
        {
            Interlocked.Decrement(ref _inside);
        }

        return isIn;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        _places.Release();
        Interlocked.Decrement(ref _inside);
    }
}
