using Braid.Threading;

namespace Braid.Contracts;

public abstract class InterruptedLockContract : InterruptContract
{
    private readonly ILock _lock;

    protected InterruptedLockContract(World world)
    {
        _lock = world.NewLock();
        _lock.Acquire(Cancellation);
    }

    protected override int WaiterCount => _lock.LockWaiterCount;

    protected override bool IsClosed => _lock.Locked;

    protected override void Wait() => _lock.Acquire();

    protected override void GiveBack() => _lock.Release();

    protected override void Grant() => _lock.Release();

    protected override void Close() => Assert.True(_lock.TryAcquire(token: Cancellation));
}

public abstract class InterruptedSemaphoreContract(World world) : InterruptContract
{
    private readonly ISemaphore _permits = world.NewSemaphore(0);

    protected override int WaiterCount => _permits.WaiterCount;

    protected override bool IsClosed => _permits.Value == 0;

    protected override void Wait() => _permits.Acquire();

    protected override void GiveBack() => _permits.Release();

    protected override void Grant() => _permits.Release();

    protected override void Close() => Assert.True(_permits.TryAcquire(token: Cancellation));
}

public abstract class InterruptedEventContract(World world) : InterruptContract
{
    private readonly IEvent _event = world.NewEvent();

    protected override int WaiterCount => _event.WaiterCount;

    protected override bool IsClosed => !_event.IsSet;

    protected override void Wait() => _event.Wait();

    protected override void GiveBack()
    {
    }

    protected override void Grant() => _event.Set();

    protected override void Close() => _event.Clear();
}

public abstract class InterruptedConditionContract(World world) : InterruptContract
{
    private readonly ICondition _condition = world.NewCondition();

    protected override int WaiterCount => _condition.WaiterCount;

    protected override bool IsClosed => !_condition.Locked;

    protected override void Wait()
    {
        using Scope held = _condition.EnterScope();
        _condition.Wait();
    }

    protected override void GiveBack()
    {
    }

    protected override void Grant()
    {
        using Scope held = _condition.EnterScope();
        _condition.NotifyAll();
    }

    protected override void Close() => Assert.False(_condition.Locked);
}
