namespace Braid.Checking.Engine;

/// <summary>
/// The last set of an event, and the threads that saw it: a reset may erase the set before a thread that waits for it has continued.
/// </summary>
internal sealed class SetHistory
{
    private ControlledThread? _setter;
    private int _site;
    private ulong _reached;     // threads, as bits by number

    /// <summary>The last signal that a thread may have missed.</summary>
    public LostSignal? Lost { get; private set; }

    /// <summary>The tick of the last set.</summary>
    public int LastSignal { get; private set; }

    public void SetBy(ControlledThread thread, int site)
    {
        (_setter, _site, LastSignal) = (thread, thread.Shown(site), thread.Execution.Tick);
        _reached = 0;
    }

    /// <summary>Records that the thread found the event set.</summary>
    public void Reach(ControlledThread thread) => _reached |= thread.Bit;

    /// <summary>Records that a thread consumed the set.</summary>
    public void Take() => _setter = null;

    /// <summary>Records a set of an event that is already set: no waiter can tell the two apart.</summary>
    public void SetAgainBy(ControlledThread thread, int site) =>
        Lost = new LostSignal(thread, thread.Shown(site), thread.Execution.Tick, "it was set already");

    /// <summary>Records a reset of an event that is set.</summary>
    public void ResetBy(ControlledThread thread, int site)
    {
        if (_setter is { } setter)
        {
            Lost = new LostSignal(setter, _site, LastSignal, "erased") { Eraser = (thread, thread.Shown(site)), Reached = _reached };
            _setter = null;
        }
    }
}
