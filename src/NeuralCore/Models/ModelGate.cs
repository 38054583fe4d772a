namespace NeuralCore;

/// <summary>
/// Who may use a model: any number of threads that predict, or one that changes it. What changes it waits for those that predict, and they wait for
/// it. A callback runs on the thread that trains and may use the model.
/// </summary>
internal sealed class ModelGate
{
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _changed = new(true);
    private int _readers;
    private Thread? _writer;
    private string _doing = string.Empty;
    private int _depth;

    /// <summary>Enters to predict.</summary>
    public void EnterRead()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_writer is null || _writer == Thread.CurrentThread)
                {
                    _readers += _writer is null ? 1 : 0;
                    return;
                }

                _changed.Reset();
            }

            _changed.Wait();
        }
    }

    /// <summary>Has predicted.</summary>
    public void ExitRead()
    {
        lock (_lock)
        {
            if (_writer != Thread.CurrentThread && --_readers == 0)
            {
                _changed.Set();
            }
        }
    }

    /// <summary>Enters to change the model, when all that predict have left.</summary>
    /// <param name="doing">What is done: trained, compiled.</param>
    /// <param name="nested">Whether that may be part of a change which this thread makes already.</param>
    /// <exception cref="InvalidOperationException">Another change is being made.</exception>
    public void EnterWrite(string doing, bool nested = false)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_writer == Thread.CurrentThread && nested)
                {
                    _depth++;
                    return;
                }

                if (_writer is not null)
                {
                    throw new InvalidOperationException($"The model is being {_doing} and cannot be {doing} meanwhile: wait until that has returned.");
                }

                if (_readers == 0)
                {
                    (_writer, _doing, _depth) = (Thread.CurrentThread, doing, 1);
                    return;
                }

                _changed.Reset();
            }

            _changed.Wait();
        }
    }

    /// <summary>Has changed the model.</summary>
    public void ExitWrite()
    {
        lock (_lock)
        {
            if (--_depth == 0)
            {
                _writer = null;
                _changed.Set();
            }
        }
    }
}
