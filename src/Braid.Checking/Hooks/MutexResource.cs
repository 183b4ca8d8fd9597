using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// A mutex of the operating system: a lock that one thread may own recursively, and that passes to the next thread when its owner ends.
/// </summary>
internal sealed class MutexResource() : KernelObject(OperationKind.Acquire, OperationKind.TryAcquire)
{
    private ControlledThread? _owner;
    private int _count;

    public override string Noun => "mutex";

    private bool IsAbandoned => _owner is { Stage: ThreadStage.Ended };

    public override bool IsFreeFor(ControlledThread thread) => _owner is null || _owner == thread || IsAbandoned;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => _owner == thread ? null : _owner;

    public override bool TakeBy(ControlledThread thread, int site)
    {
        bool abandoned = IsAbandoned;
        if (abandoned)
        {
            _owner!.End.AcquireBy(thread);
            _owner = null;
            _count = 0;
        }

        if (_owner is null)
        {
            _owner = thread;
            thread.Held.Add(new HeldLock(this, site, thread.CallSite));
            AcquireBy(thread);
        }

        _count++;
        return abandoned;
    }

    public override void SignalBy(ControlledThread thread, int site)
    {
        if (_owner != thread)
        {
            throw new ApplicationException("Object synchronization method was called from an unsynchronized block of code.");
        }

        if (--_count == 0)
        {
            _owner = null;
            thread.Held.RemoveAt(thread.Held.FindLastIndex(held => held.Lock == this));
            ReleaseBy(thread);
            Grant();
        }
    }
}
