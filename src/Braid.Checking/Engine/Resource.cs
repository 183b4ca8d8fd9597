namespace Braid.Checking.Engine;

/// <summary>The checker's side of an object that threads share: a lock, a semaphore, a field.</summary>
/// <remarks>
/// Read and changed only by the one controlled thread that runs; the hand-over from thread to thread is a full fence.
/// A resource lives for one run. The real object is never entered, waited on or signalled: it is only the key that finds this one.
/// </remarks>
internal abstract class Resource
{
    /// <summary>Number in order of first use within a run; the same in each run of one schedule.</summary>
    public int Id;

    /// <summary>How many steps have changed it.</summary>
    public int Version;

    /// <summary>What the program calls it: the first name that some place in the code had for it. Null until there is one.</summary>
    public string? Subject;

    /// <summary>What has happened before whoever comes next to this object; joined into its clock. Null: nobody has left anything yet.</summary>
    public VectorClock? Published;

    /// <summary>Another resource of the same real object: one may lock a semaphore.</summary>
    internal Resource? NextOfSameObject;

    /// <summary>The word for it in a report: "lock", "semaphore".</summary>
    public abstract string Noun { get; }

    /// <summary>Whether the thread's pending operation on this could be done now. Pure: it only looks.</summary>
    public virtual bool CanProceed(ControlledThread thread) => true;

    /// <summary>The time of the thread's pending operation is up. It has to leave the waiters, and to make itself able to go on.</summary>
    public virtual void TimedOut(ControlledThread thread) => thread.Release(WakeReason.TimedOut);

    /// <summary>As <see cref="TimedOut"/>, for a thread that was interrupted.</summary>
    public virtual void Interrupted(ControlledThread thread) => thread.Release(WakeReason.Interrupted);

    /// <summary>Who would have to do something before the thread could proceed; null when nobody in particular.</summary>
    public virtual ControlledThread? HolderBlocking(ControlledThread thread) => null;

    /// <summary>The thread has come to know all that was published here.</summary>
    public void AcquireBy(ControlledThread thread)
    {
        if (Published is not null)
        {
            thread.Clock.Join(Published);
        }
    }

    /// <summary>All that the thread knows is published here, on top of what was.</summary>
    public void ReleaseBy(ControlledThread thread)
    {
        Published ??= new VectorClock();
        Published.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
    }
}
