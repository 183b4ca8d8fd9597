namespace Braid.AsyncIO;

/// <summary>A callback that the loop will run, and that can still be cancelled.</summary>
/// <remarks>Python counterpart: <c>asyncio.Handle</c>.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public class Handle
{
    internal static readonly SendOrPostCallback Run = static handle => ((Handle)handle!).RunUnlessCancelled();

    // Null once it is cancelled or run, so that nothing it refers to is kept alive
    private ExecutionContext? _context = ExecutionContext.Capture();
    private volatile Action? _callback;      // set to null by the thread that cancels it
    private volatile bool _hasRun;           // by the loop's thread, when it begins

    internal Handle(Action callback) => _callback = callback;

    /// <summary>Whether it was cancelled before it ran.</summary>
    public bool Cancelled => _callback is null;

    /// <summary>The callback; null once cancelled.</summary>
    internal Action? Callback => _callback;

    /// <summary>
    /// Takes the callback back, unless it has run: then nothing changes. Meant for the loop's thread; on another thread, it may come too
    /// late.
    /// </summary>
    public virtual void Cancel()
    {
        if (!_hasRun)
        {
            _callback = null;
            _context = null;
        }
    }

    /// <summary>The callback and its state.</summary>
    public override string ToString() =>
        $"{GetType().Name}, {(_callback is { } callback ? CallbackName.Of(callback) : "cancelled")}{(_hasRun ? ", run" : "")}";

    private void RunUnlessCancelled()
    {
        ExecutionContext? context = Volatile.Read(ref _context);     // before the callback, because Cancel clears it after the callback
        if (_callback is not { } callback)
        {
            return;
        }

        _hasRun = true;
        _context = null;
        if (context is null)
        {
            callback();
        }
        else
        {
            ExecutionContext.Run(context, static callback => ((Action)callback!)(), callback);
        }
    }
}
