namespace Braid.AsyncIO;

/// <summary>A callback that the loop is to run, and that can still be cancelled.</summary>
/// <remarks>Python counterpart: <c>asyncio.Handle</c>.</remarks>
[DebuggerDisplay("{ToString(),nq}")]
public class Handle
{
    internal static readonly SendOrPostCallback Run = static handle => ((Handle)handle!).RunUnlessCancelled();

    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private volatile Action? _callback;      // made null by whoever cancels it
    private volatile bool _hasRun;           // by the loop's thread, when it begins

    internal Handle(Action callback) => _callback = callback;

    /// <summary>Whether it was cancelled before it ran.</summary>
    public bool Cancelled => _callback is null;

    /// <summary>What it calls; null once it is cancelled.</summary>
    internal Action? Callback => _callback;

    /// <summary>Takes the callback back, unless it has run: then nothing changes. Meant for the loop's thread; called by another, it may come too late.</summary>
    public virtual void Cancel()
    {
        if (!_hasRun)
        {
            _callback = null;
        }
    }

    /// <summary>What it calls, and how it stands.</summary>
    public override string ToString() => $"{GetType().Name}, {(_callback is { } callback ? CallbackName.Of(callback) : "cancelled")}{(_hasRun ? ", run" : "")}";

    private void RunUnlessCancelled()
    {
        if (_callback is not { } callback)
        {
            return;
        }

        _hasRun = true;
        if (_context is null)
        {
            callback();
        }
        else
        {
            ExecutionContext.Run(_context, static callback => ((Action)callback!)(), callback);
        }
    }
}
