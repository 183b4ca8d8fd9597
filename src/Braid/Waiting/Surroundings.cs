namespace Braid.Waiting;

/// <summary>What code finds around it in a thread: given back as it was after each piece of user code in a thread that runs one after the other.</summary>
/// <remarks>
/// Restored are the execution context (async-locals, and with them the culture), the synchronization context, the name, the priority, and
/// whether the thread is in the background: what .NET's thread pool restores. Not restored is what no one can know of: thread-statics,
/// locks that are still held, and everything that belongs to the process.
/// </remarks>
internal sealed class Surroundings
{
    private readonly Thread _thread = Thread.CurrentThread;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();   // null: its flow is suppressed, and it cannot be had
    private readonly SynchronizationContext? _synchronization = SynchronizationContext.Current;
    private readonly string? _name;
    private readonly ThreadPriority _priority;
    private readonly bool _isBackground;

    private Surroundings() => (_name, _priority, _isBackground) = (_thread.Name, _thread.Priority, _thread.IsBackground);

    /// <summary>As they are now.</summary>
    public static Surroundings OfCaller() => new();

    public bool IsContext(ExecutionContext context) => context == _context;

    /// <summary>Makes them as they were. For the same thread. Costs some reads when nothing was changed.</summary>
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
