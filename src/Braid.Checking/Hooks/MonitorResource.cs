using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The lock of an object, and the threads that wait for a pulse on it, in order.</summary>
internal sealed class MonitorResource() : LockResource("lock")
{
    public Waiters WaitSet => field ??= new Waiters(this);

    /// <summary>The thread, which has just released the lock, waits from now on.</summary>
    public Resource Join(ControlledThread thread)
    {
        WaitSet.Threads.Add(thread);
        WaitSet.Id = Id;
        return WaitSet;
    }

    public void Pulse(ControlledThread thread, bool all, int site)
    {
        if (WaitSet.Threads.Count == 0)
        {
            WaitSet.Lost = new LostSignal(thread, thread.Shown(site), thread.Execution.Tick, "nobody was waiting yet");
        }

        WaitSet.LastSignal = thread.Execution.Tick;
        int count = all ? WaitSet.Threads.Count : Math.Min(1, WaitSet.Threads.Count);
        foreach (ControlledThread waiter in WaitSet.Threads[..count])
        {
            WaitSet.Leave(waiter, WakeReason.Proceeded);
        }
    }

    /// <summary>The waiting threads. A thread that leaves, for whatever reason, has to acquire the lock next.</summary>
    internal sealed class Waiters(MonitorResource monitor) : Resource, ISignal
    {
        public MonitorResource Monitor => monitor;

        public List<ControlledThread> Threads { get; } = [];

        public LostSignal? Lost { get; set; }

        public int LastSignal { get; set; }

        public override string Noun => "a pulse of";

        public override bool CanProceed(ControlledThread thread) => false;

        public override void TimedOut(ControlledThread thread) => Leave(thread, WakeReason.TimedOut);

        public override void Interrupted(ControlledThread thread) => Leave(thread, WakeReason.Interrupted);

        public void Leave(ControlledThread thread, WakeReason reason)
        {
            Threads.Remove(thread);
            thread.Continue(reason, new Operation(OperationKind.Acquire, monitor, thread.Pending.Site));
        }
    }
}
