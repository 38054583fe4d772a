namespace NeuralCore.Trainer.Serving;

/// <summary>Bounds the work that is done at the same time and the work that waits for a place.</summary>
/// <param name="atOnce">The places.</param>
/// <param name="mostWaiting">How many may wait for one.</param>
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
                // The client has gone.
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
