using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A number of permits. Whoever waits and is chosen first takes one; .NET promises no order.</summary>
internal sealed class SemaphoreResource(int count, int maximum) : Resource, ISignal
{
    private readonly PermitClocks _clocks = new(count);

    public int Count { get; private set; } = count;

    public LostSignal? Lost => null;

    // One that begins with permits is a lock of its own kind.
    public bool BringsNews { get; } = count == 0;

    public override string Noun => "semaphore";

    public override bool CanProceed(ControlledThread thread) => Count > 0;

    public void TakeBy(ControlledThread thread)
    {
        Count--;
        _clocks.TakeBy(thread);
    }

    /// <summary>The thread gives so many.</summary>
    /// <returns>How many there were.</returns>
    public int GiveBy(ControlledThread thread, int permits)
    {
        if (permits > maximum - Count)
        {
            thread.Execution.Find(Points.OfGiving);
            throw new SemaphoreFullException();
        }

        int before = Count;
        Count += permits;
        _clocks.GiveBy(thread, permits);
        return before;
    }
}
