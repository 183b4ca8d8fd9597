using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>An event, a mutex or a semaphore of the operating system: what WaitHandle waits for.</summary>
/// <remarks>
/// <para>
/// A signal is handed on at once, in order of arrival, to those who wait: who was waiting when an event was set goes on, even if it is reset before
/// he has run, and nobody who comes later gets in between. So waiting begins with a step of its own, and those who wait stand in a line.
/// See WaitSubsystem.Unix.cs of .NET, which does the same; Windows does too.
/// </para>
/// <para>Only the end of an owner makes a mutex free without anybody handing it on: that is looked at, see <see cref="CanProceed"/>.</para>
/// </remarks>
internal abstract class KernelObject(OperationKind waiting, OperationKind trying) : Resource
{
    /// <summary>What waiting for it is called.</summary>
    public OperationKind Waiting { get; } = waiting;

    /// <summary>What an attempt is called.</summary>
    public OperationKind Trying { get; } = trying;

    /// <summary>Those who wait, in order of arrival; a wait for several objects stands in the line of each.</summary>
    public List<KernelWait> Line { get; } = [];

    /// <summary>Whether the thread could take it now.</summary>
    public abstract bool IsFreeFor(ControlledThread thread);

    /// <summary>The thread takes it; it is free for it.</summary>
    /// <returns>Whether it was left behind by a thread that has ended.</returns>
    public abstract bool TakeBy(ControlledThread thread, int site);

    /// <summary>What SignalAndWait does to it: sets the event, or gives back the mutex or one permit.</summary>
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

    /// <summary>It may be free now: lets those go on, in order, who can.</summary>
    protected void HandOn()
    {
        for (int i = 0; i < Line.Count;)
        {
            KernelWait wait = Line[i];
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

    private KernelWait? WaitOf(ControlledThread thread) => Line.Find(wait => wait.Thread == thread);
}
