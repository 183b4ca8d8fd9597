namespace Braid.Checking.Engine;

/// <summary>The last set of an event and whom it reached: a reset may erase it before the thread that it was meant for has gone on.</summary>
internal sealed class SetHistory
{
    private ControlledThread? _setter;
    private int _site;
    private ulong _reached;     // threads, as bits by number

    /// <summary>The last signal that a thread may have missed.</summary>
    public LostSignal? Lost { get; private set; }

    /// <summary>When it was last set.</summary>
    public int LastSignal { get; private set; }

    public void SetBy(ControlledThread thread, int site)
    {
        (_setter, _site, LastSignal) = (thread, thread.Shown(site), thread.Execution.Tick);
        _reached = 0;
    }

    /// <summary>The thread has found the event set.</summary>
    public void Reach(ControlledThread thread) => _reached |= thread.Bit;

    /// <summary>One thread has taken the set.</summary>
    public void Take() => _setter = null;

    /// <summary>It was set already, and that it is set twice nobody can know.</summary>
    public void SetAgainBy(ControlledThread thread, int site) =>
        Lost = new LostSignal(thread, thread.Shown(site), thread.Execution.Tick, "it was set already");

    /// <summary>The event, which is set, is reset.</summary>
    public void ResetBy(ControlledThread thread, int site)
    {
        if (_setter is { } setter)
        {
            Lost = new LostSignal(setter, _site, LastSignal, "erased") { Eraser = (thread, thread.Shown(site)), Reached = _reached };
            _setter = null;
        }
    }
}
