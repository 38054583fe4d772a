namespace NeuralCore;

/// <summary>Work on the host for each of some items, as reading a batch is.</summary>
internal interface IItemWork
{
    /// <summary>
    /// Does the work for a few items. Several threads may call it at once, each item comes once, in any order; it must not throw.
    /// </summary>
    /// <param name="first">The first item, counted from 0.</param>
    /// <param name="end">One more than the last.</param>
    /// <param name="worker">The number of the thread, below <see cref="IBackend{T}.Threads"/>: names scratch memory.</param>
    void Do(int first, int end, int worker);
}
