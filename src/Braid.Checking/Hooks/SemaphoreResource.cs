using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>A number of permits. Of the waiting threads, the one that is chosen first takes a permit; .NET promises no order.</summary>
internal sealed class SemaphoreResource(int count, int maximum) : Resource, ISignal
{
    private readonly PermitClocks _clocks = new(count);
    private readonly LinkedList<AsyncPermit> _asyncWaiters = new();      // served in order of arrival, after waiting threads

    public int Count { get; private set; } = count;

    public LostSignal? Lost => null;

    // A semaphore that begins with permits is a kind of lock.
    public bool SignalsEvent { get; } = count == 0;

    public override string Noun => "semaphore";

    public bool HasAsyncWaiters => _asyncWaiters.Count > 0;

    public override bool CanProceed(ControlledThread thread) => Count > 0;

    public void TakeBy(ControlledThread thread)
    {
        Count--;
        _clocks.TakeBy(thread);
    }

    /// <summary>The thread releases this many permits.</summary>
    /// <returns>How many permits there were before.</returns>
    public int GiveBy(ControlledThread thread, int permits)
    {
        if (permits > maximum - Count)
        {
            thread.Execution.Find(Points.OfGiving);
            throw new SemaphoreFullException();
        }

        int before = Count;
        int waiting = HasAsyncWaiters ? thread.Execution.Threads.Count(WaitsHere) : 0;
        Count += permits;
        _clocks.GiveBy(thread, permits);
        for (int free = Count - waiting; free > 0 && _asyncWaiters.First is { Value: var next }; free--)
        {
            _asyncWaiters.RemoveFirst();
            Count--;
            next.Grant(thread, _clocks.Take());
        }

        return before;
    }

    public void Add(AsyncPermit waiter) => _asyncWaiters.AddLast(waiter);

    /// <returns>Whether the waiter was still waiting.</returns>
    public bool Remove(AsyncPermit waiter) => _asyncWaiters.Remove(waiter);

    /// <summary>Called on disposal: .NET forgets the waiters.</summary>
    public void Forget() => _asyncWaiters.Clear();

    private bool WaitsHere(ControlledThread thread) =>
        thread is { Stage: ThreadStage.Alive, Released: false, Pending.Kind: OperationKind.Take }
        && ReferenceEquals(thread.Pending.Target, this);
}
