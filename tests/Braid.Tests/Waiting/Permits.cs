using Braid.Waiting;

namespace Braid.Tests;

/// <summary>Some permits straight on the kernel, with its inner workings open to the test.</summary>
internal sealed class Permits
{
    private int _free;   // guarded by the gate

    public Permits() => Queue = new WaitQueue(new Gate(), this);

    public WaitQueue Queue { get; }

    public int Free => Volatile.Read(ref _free);

    public int WaiterCount => Queue.WaiterCount;

    public bool Take(TimeSpan timeout = default, CancellationToken token = default)
    {
        var rule = new Rule(this);
        return Queue.TryNow(ref rule) || (timeout != TimeSpan.Zero && Queue.Wait(ref rule, Deadline.After(timeout), token));
    }

    public ValueTask<bool> TakeAsync(TimeSpan timeout, CancellationToken token = default)
    {
        SignalWaiter waiter = SignalWaiter.Rent();
        WaitAsync(waiter, timeout, token);
        return waiter.AsTryTask();
    }

    public void WaitAsync(AsyncWaiter waiter, TimeSpan timeout, CancellationToken token = default)
    {
        var rule = new Rule(this);
        Queue.WaitAsync(waiter, ref rule, timeout, token);
    }

    /// <param name="fairly">Whether nobody may overtake the waiter at the head from now on.</param>
    public void Give(int count = 1, bool fairly = false)
    {
        var rule = new Rule(this);
        using Gate.Scope held = Queue.Gate.Enter();
        if (fairly)
        {
            Queue.MarkHeadStarving();
        }

        _free += count;
        Queue.ServeHead(ref rule);
    }

    private readonly struct Rule(Permits permits) : IRule
    {
        public bool KeepsOrder => true;

        public bool LooksReady() => false;

        public bool TryTake(bool othersWait)
        {
            if (permits._free == 0)
            {
                return false;
            }

            permits._free--;
            return true;
        }

        public bool TryServe(AsyncWaiter waiter, bool othersWait) => TryTake(othersWait);

        public bool CanTake() => permits._free > 0;
    }
}
