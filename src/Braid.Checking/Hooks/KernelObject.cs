using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>An event, a mutex or a semaphore of the operating system, for which a WaitHandle waits.</summary>
/// <remarks>
/// <para>
/// A signal is granted at once to waiters, in order of arrival: a thread that was waiting when an event was set proceeds even if the event
/// is reset before the thread has run, and no thread that arrives later gets in between. So starting to wait is a step of its own, and the
/// waiters form a queue. WaitSubsystem.Unix.cs of .NET does the same, and so does Windows.
/// </para>
/// <para>Only the end of its owner makes a mutex free without a grant: waiters check for that, see <see cref="CanProceed"/>.</para>
/// </remarks>
internal abstract class KernelObject(OperationKind waiting, OperationKind trying) : Resource
{
    /// <summary>The operation of a wait for it.</summary>
    public OperationKind Waiting { get; } = waiting;

    /// <summary>The operation of an attempt to take it.</summary>
    public OperationKind Trying { get; } = trying;

    /// <summary>The waiters, in order of arrival; a wait for several objects is in the queue of each.</summary>
    public List<KernelWait> Waiters { get; } = [];

    /// <summary>Whether the thread could take it now.</summary>
    public abstract bool IsFreeFor(ControlledThread thread);

    /// <summary>The thread takes it; it must be free for the thread.</summary>
    /// <returns>Whether its owner ended without releasing it.</returns>
    public abstract bool TakeBy(ControlledThread thread, int site);

    /// <summary>What SignalAndWait does to it: sets the event, or releases the mutex or one permit.</summary>
    public abstract void SignalBy(ControlledThread thread, int site);

    public override bool CanProceed(ControlledThread thread) => WaitOf(thread) is { } wait && wait.CanEnd;

    public override void TimedOut(ControlledThread thread)
    {
        WaitOf(thread)!.Leave();
        base.TimedOut(thread);
    }

    public override void Interrupted(ControlledThread thread)
    {
        WaitOf(thread)!.Leave();
        base.Interrupted(thread);
    }

    /// <summary>Called when it may be free: grants it, in order, to the waiters that can take it.</summary>
    protected void Grant()
    {
        for (int i = 0; i < Waiters.Count;)
        {
            KernelWait wait = Waiters[i];
            if (wait.CanEnd)
            {
                wait.End();
            }
            else
            {
                i++;
            }
        }
    }

    private KernelWait? WaitOf(ControlledThread thread) => Waiters.Find(wait => wait.Thread == thread);
}
