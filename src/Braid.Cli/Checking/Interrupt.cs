using System.Runtime.InteropServices;

namespace Braid.Cli;

/// <summary>Ctrl-C or a termination request ends a search with a report of what was searched; the second one ends the program.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interrupt() =>
        _signals =
            [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    public CancellationToken Token => _source.Token;

    public void Dispose() => Array.ForEach(_signals, static signal => signal.Dispose());

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
