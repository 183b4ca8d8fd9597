namespace Braid.Checking.Engine;

/// <summary>A lock that one thread owns, any number of times.</summary>
internal class LockResource(string noun) : Resource
{
    public ControlledThread? Owner { get; private set; }

    /// <summary>How often the owner has entered it.</summary>
    public int Count { get; private set; }

    public override string Noun => noun;

    public override bool CanProceed(ControlledThread thread) => Owner is null || Owner == thread;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => Owner == thread ? null : Owner;

    /// <summary>The thread takes it, once more if it has it; it must be free or the thread's own.</summary>
    public void EnterBy(ControlledThread thread, int site, int count = 1)
    {
        if (Owner is null)
        {
            Owner = thread;
            thread.Held.Add(new HeldLock(this, site, thread.CallSite));
            AcquireBy(thread);
        }

        Count += count;
    }

    /// <summary>The thread gives it back once.</summary>
    /// <returns>False when it is not the owner.</returns>
    public bool LeaveBy(ControlledThread thread)
    {
        if (Owner != thread)
        {
            return false;
        }

        if (--Count == 0)
        {
            FreeBy(thread);
        }

        return true;
    }

    /// <summary>The thread gives it back however often it has entered.</summary>
    /// <returns>How often that was.</returns>
    public int LeaveAllBy(ControlledThread thread)
    {
        int count = Count;
        Count = 0;
        FreeBy(thread);
        return count;
    }

    private void FreeBy(ControlledThread thread)
    {
        Owner = null;
        thread.Held.RemoveAt(thread.Held.FindLastIndex(held => held.Lock == this));
        ReleaseBy(thread);
    }
}
