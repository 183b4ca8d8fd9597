namespace Braid.Checking.Engine;

/// <summary>A lock that one thread owns, and may enter repeatedly.</summary>
internal class LockResource(string noun) : Resource
{
    public ControlledThread? Owner { get; private set; }

    /// <summary>How many times the owner has entered it without leaving.</summary>
    public int Count { get; private set; }

    public override string Noun => noun;

    public override bool CanProceed(ControlledThread thread) => Owner is null || Owner == thread;

    public override ControlledThread? HolderBlocking(ControlledThread thread) => Owner == thread ? null : Owner;

    /// <summary>The thread enters the lock, which must be free or its own.</summary>
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

    /// <summary>The thread waits until it can enter the lock, and enters it.</summary>
    public void AcquireAndEnterBy(ControlledThread thread, int site)
    {
        thread.AwaitOrThrow(OperationKind.Acquire, this, site);
        EnterBy(thread, site);
    }

    /// <summary>The thread enters the lock if it can within the time.</summary>
    /// <returns>Whether the thread entered the lock.</returns>
    public bool TryEnterBy(ControlledThread thread, long timeout, int site)
    {
        bool taken = thread.TryTake(this, OperationKind.Acquire, OperationKind.TryAcquire, timeout, site);
        if (taken)
        {
            EnterBy(thread, site);
        }

        return taken;
    }

    /// <summary>The thread, which must be the owner, leaves the lock once.</summary>
    /// <exception cref="SynchronizationLockException">The thread is not the owner.</exception>
    public void ExitBy(ControlledThread thread, int site)
    {
        RequireOwner(thread);
        thread.StepRelease(OperationKind.Release, this, site);
        LeaveBy(thread);
    }

    /// <exception cref="SynchronizationLockException">The thread is not the owner.</exception>
    public void RequireOwner(ControlledThread thread)
    {
        if (Owner != thread)
        {
            throw new SynchronizationLockException();
        }
    }

    /// <summary>The owner leaves the lock once, without a scheduling point.</summary>
    public void LeaveBy(ControlledThread owner)
    {
        if (--Count == 0)
        {
            FreeBy(owner);
        }
    }

    /// <summary>The owner releases the lock, however often it has entered it.</summary>
    /// <returns>How often the owner had entered it.</returns>
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
