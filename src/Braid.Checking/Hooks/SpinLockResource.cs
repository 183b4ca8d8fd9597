using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A SpinLock. Any thread may release one that does not track its owner.</summary>
internal sealed class SpinLockResource(bool tracksOwner) : Resource
{
    /// <summary>The thread that has taken it; null while it is free.</summary>
    public ControlledThread? Taker { get; private set; }

    public bool TracksOwner { get; } = tracksOwner;

    public override string Noun => "spin lock";

    public override bool CanProceed(ControlledThread thread) => Taker is null;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => TracksOwner ? Taker : null;

    public void TakeBy(ControlledThread thread, int site)
    {
        Taker = thread;
        thread.Held.Add(new HeldLock(this, site, thread.CallSite));
        AcquireBy(thread);
    }

    public void GiveBy(ControlledThread thread)
    {
        if (Taker is { } taker)
        {
            taker.Held.RemoveAt(taker.Held.FindLastIndex(held => held.Lock == this));
            Taker = null;
        }

        ReleaseBy(thread);
    }
}
