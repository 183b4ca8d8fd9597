using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A semaphore of the operating system.</summary>
internal sealed class KernelSemaphoreResource(int count, int maximum) : KernelObject(OperationKind.Take, OperationKind.TryTake), ISignal
{
    private readonly PermitClocks _clocks = new(count);
    private int _count = count;

    public LostSignal? Lost => null;

    public bool SignalsEvent { get; } = count == 0;

    public override string Noun => "semaphore";

    public override bool IsFreeFor(ControlledThread thread) => _count > 0;

    public override bool TakeBy(ControlledThread thread, int site)
    {
        _clocks.TakeBy(thread);
        _count--;
        return false;
    }

    public override void SignalBy(ControlledThread thread, int site)
    {
        if (_count == maximum)
        {
            throw new InvalidOperationException("The WaitHandle cannot be signaled because it would exceed its maximum count.");
        }

        GiveBy(thread, 1);
    }

    /// <summary>The thread releases this many permits.</summary>
    /// <returns>How many permits there were before.</returns>
    public int GiveBy(ControlledThread thread, int permits)
    {
        if (permits > maximum - _count)
        {
            thread.Execution.Find(Points.OfGiving);
            throw new SemaphoreFullException();
        }

        int before = _count;
        _count += permits;
        _clocks.GiveBy(thread, permits);
        Grant();
        return before;
    }
}
