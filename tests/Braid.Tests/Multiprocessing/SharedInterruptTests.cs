namespace Braid.Tests;

public sealed class InterruptedSharedLockTests : InterruptContract
{
    private readonly Multiprocessing.Lock _lock = new();

    public InterruptedSharedLockTests() => _lock.Acquire(Cancellation);

    protected override int WaiterCount => _lock.WaiterCount;

    protected override bool IsClosed => _lock.Locked;

    protected override void Wait() => _lock.Acquire();

    protected override void GiveBack() => _lock.Release();

    protected override void LetThrough() => _lock.Release();

    protected override void Close() => Assert.True(_lock.TryAcquire(token: Cancellation));
}

public sealed class InterruptedSharedSemaphoreTests : InterruptContract
{
    private readonly Multiprocessing.Semaphore _permits = new(0);

    protected override int WaiterCount => _permits.WaiterCount;

    protected override bool IsClosed => _permits.Value == 0;

    protected override void Wait() => _permits.Acquire();

    protected override void GiveBack() => _permits.Release();

    protected override void LetThrough() => _permits.Release();

    protected override void Close() => Assert.True(_permits.TryAcquire(token: Cancellation));
}

public sealed class InterruptedSharedEventTests : InterruptContract
{
    private readonly Multiprocessing.Event _event = new();

    protected override int WaiterCount => _event.WaiterCount;

    protected override bool IsClosed => !_event.IsSet;

    protected override void Wait() => _event.Wait();

    protected override void GiveBack()
    {
    }

    protected override void LetThrough() => _event.Set();

    protected override void Close() => _event.Clear();
}

public sealed class InterruptedSharedConditionTests : InterruptContract
{
    private readonly Multiprocessing.Condition _condition = new();

    protected override int WaiterCount => _condition.WaiterCount;

    protected override bool IsClosed => !_condition.Locked;

    protected override void Wait()
    {
        using Threading.Scope held = _condition.EnterScope();
        _condition.Wait();
    }

    protected override void GiveBack()
    {
    }

    protected override void LetThrough()
    {
        using Threading.Scope held = _condition.EnterScope();
        _condition.NotifyAll();
    }

    protected override void Close() => Assert.False(_condition.Locked);
}
