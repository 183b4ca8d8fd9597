namespace Braid.Checking.Engine;

/// <summary>The checker's side of an object that threads share: a lock, a semaphore, a field.</summary>
/// <remarks>
/// Only the controlled thread that runs reads and writes it; each hand-over of a baton is a fence. A resource lives for one run. The real
/// object is never entered, waited on or signaled: it is only the key that finds its resource.
/// </remarks>
internal abstract class Resource
{
    /// <summary>Its number in order of first use within a run; the same in each run of one schedule.</summary>
    public int Id;

    /// <summary>The number of steps that have changed it.</summary>
    public int Version;

    /// <summary>The program's name for it: the first that any site had; null until a site has one.</summary>
    public string? Subject;

    /// <summary>
    /// What happens before the next acquire of this object, which joins it into the clock of its thread; null until the first release.
    /// </summary>
    public VectorClock? Published;

    /// <summary>The next resource of the same real object, which may have several: a program can lock on a semaphore.</summary>
    internal Resource? NextOfSameObject;

    /// <summary>The word for it in a report: "lock", "semaphore".</summary>
    public abstract string Noun { get; }

    /// <summary>Whether the thread could do its pending operation on this now. Has no side effects.</summary>
    public virtual bool CanProceed(ControlledThread thread) => true;

    /// <summary>
    /// Called when the time limit of the thread's pending operation expires. Removes the thread from the waiters, and enables it.
    /// </summary>
    public virtual void TimedOut(ControlledThread thread) => thread.Release(WakeReason.TimedOut);

    /// <summary>Like <see cref="TimedOut"/>, for a thread that was interrupted.</summary>
    public virtual void Interrupted(ControlledThread thread) => thread.Release(WakeReason.Interrupted);

    /// <summary>The thread that must act before this one can proceed; null if that could be any thread.</summary>
    public virtual ControlledThread? HolderBlocking(ControlledThread thread) => null;

    /// <summary>All that was published here happens before what the thread does from now on.</summary>
    public void AcquireBy(ControlledThread thread)
    {
        if (Published is not null)
        {
            thread.Clock.Join(Published);
        }
    }

    /// <summary>Publishes all that the thread knows, in addition to what was published before.</summary>
    public void ReleaseBy(ControlledThread thread)
    {
        Published ??= new VectorClock();
        Published.Join(thread.Clock);
        thread.Clock.Tick(thread.Index);
    }
}
