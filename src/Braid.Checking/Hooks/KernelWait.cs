using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>One thread's wait for one kernel object, for any of several, or for all of them at once.</summary>
internal sealed class KernelWait(ControlledThread thread, KernelObject[] objects, bool all, int site) : Resource, ISignal
{
    public ControlledThread Thread => thread;

    /// <summary>Index of the object that ended the wait: the lowest that was free. 0 if the wait was for all.</summary>
    public int Index { get; private set; } = -1;

    /// <summary>Index of the first taken object whose owner had ended without releasing it, or -1.</summary>
    public int Abandoned { get; private set; } = -1;

    public LostSignal? Lost => objects.OfType<ISignal>().Select(signal => signal.Lost).FirstOrDefault(lost => lost is not null);

    public bool SignalsEvent => Array.TrueForAll(objects, target => target is ISignal { SignalsEvent: true });

    public override string Noun => all ? "all handles of" : "any handle of";

    /// <summary>
    /// Whether what it waits for is free. Each object is taken only once, so an object named twice does not count as two.
    /// </summary>
    public bool CanEnd => all
        ? Array.TrueForAll(objects, target => target.IsFreeFor(thread))
        : Array.Exists(objects, target => target.IsFreeFor(thread));

    public override bool CanProceed(ControlledThread waiter) => CanEnd;

    public override void TimedOut(ControlledThread waiter)
    {
        Leave();
        base.TimedOut(waiter);
    }

    public override void Interrupted(ControlledThread waiter)
    {
        Leave();
        base.Interrupted(waiter);
    }

    public override ControlledThread? HolderBlocking(ControlledThread waiter) =>
        all ? Array.Find(objects, target => !target.IsFreeFor(waiter))?.HolderBlocking(waiter) : null;

    /// <summary>Enqueues the thread and waits.</summary>
    /// <returns>Whether it has got what it waited for.</returns>
    public bool Await(long timeout)
    {
        foreach (KernelObject target in objects)
        {
            target.Waiters.Add(this);
        }

        Resource pending = objects.Length == 1 ? objects[0] : this;
        bool ended;
        try
        {
            ended = thread.AwaitOrThrow(objects[0].Waiting, pending, site, timeout);
        }
        finally
        {
            Leave();
        }

        if (ended && Index < 0)
        {
            Take();
        }

        return ended;
    }

    /// <summary>
    /// Ends the wait because another thread has made that possible: the thread owns the objects from now on, though it does not run yet.
    /// </summary>
    public void End()
    {
        Leave();
        Take();
        thread.Release(WakeReason.Proceeded);
    }

    /// <summary>Takes what it waits for, which must be free.</summary>
    public void Take()
    {
        Index = all ? 0 : Array.FindIndex(objects, target => target.IsFreeFor(thread));
        for (int i = Index; i < (all ? objects.Length : Index + 1); i++)
        {
            if (objects[i].TakeBy(thread, site) && Abandoned < 0)
            {
                Abandoned = i;
            }
        }
    }

    public void Leave()
    {
        foreach (KernelObject target in objects)
        {
            target.Waiters.Remove(this);
        }
    }
}
