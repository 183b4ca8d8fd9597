namespace Braid.Waiting;

/// <summary>
/// The state of a thread that user code can change: restored after each piece of user code on a thread that runs one after the other.
/// </summary>
/// <remarks>
/// Restored are the execution context (async-locals, and with them the culture), the synchronization context, the name, the priority, and
/// whether the thread is in the background: what .NET's thread pool restores. Not restored is what cannot be known: thread-statics, locks
/// that are still held, and everything that belongs to the process.
/// </remarks>
internal sealed class AmbientState
{
    private readonly Thread _thread = Thread.CurrentThread;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();   // null: its flow is suppressed, and it cannot be captured
    private readonly SynchronizationContext? _synchronization = SynchronizationContext.Current;
    private readonly string? _name;
    private readonly ThreadPriority _priority;
    private readonly bool _isBackground;

    private AmbientState() => (_name, _priority, _isBackground) = (_thread.Name, _thread.Priority, _thread.IsBackground);

    /// <summary>The current state of the calling thread.</summary>
    public static AmbientState OfCaller() => new();

    public bool IsContext(ExecutionContext context) => context == _context;

    /// <summary>Restores the state. On the same thread. Costs some reads if nothing was changed.</summary>
    public void Restore()
    {
        if (_context is not null)
        {
            ExecutionContext.Restore(_context);
        }

        if (SynchronizationContext.Current != _synchronization)
        {
            SynchronizationContext.SetSynchronizationContext(_synchronization);
        }

        if (!ReferenceEquals(_thread.Name, _name))
        {
            _thread.Name = _name;
        }

        if (_thread.Priority != _priority)
        {
            _thread.Priority = _priority;
        }

        if (_thread.IsBackground != _isBackground)
        {
            _thread.IsBackground = _isBackground;
        }
    }
}
