using System.Runtime.InteropServices;

namespace NeuralCore.Trainer;

/// <summary>
/// Ctrl+C and the polite kind of kill: the first asks the program to end at the next step and to keep what it has; a second
/// one ends it at once, and says what is lost by it.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private const string AtOnce =
        "Stopped at once: what was learnt since the last checkpoint is lost; existing files are unchanged, and none is half-written.";

    private readonly TextWriter _error;
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    /// <summary>Listens from now on.</summary>
    /// <param name="error">Where a second signal is answered.</param>
    public Interruption(TextWriter error)
    {
        _error = error;
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        if (_source.IsCancellationRequested)
        {
            // The progress bar may stand in this line.
            _error.WriteLine();
            _error.WriteLine(AtOnce);
            return;
        }

        signal.Cancel = true;
        _source.Cancel();
    }
}
