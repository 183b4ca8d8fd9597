namespace Braid.Tests;

internal enum SemaphoreOperation
{
    TryAcquire,
    BeginAcquire,
    BeginAnother,
    Release,
    CancelOne,
}

/// <summary>A semaphore and what it should do, side by side, in one thread.</summary>
internal sealed class SemaphoreModel(Threading.Semaphore semaphore, int value, int limit)
{
    private readonly List<Awaited<bool>> _waiters = [];
    private int _value = value;

    public void Do(Step<SemaphoreOperation> step)
    {
        switch (step.Operation)
        {
            case SemaphoreOperation.TryAcquire:
                Assert.Equal(_value > 0, semaphore.TryAcquire());
                _value = Math.Max(0, _value - 1);
                break;
            case SemaphoreOperation.BeginAcquire or SemaphoreOperation.BeginAnother:
                _waiters.Add(new Awaited<bool>(token => semaphore.TryAcquireAsync(Timeout.InfiniteTimeSpan, token)));
                break;
            case SemaphoreOperation.Release:
                Release(step.Argument);
                break;
            case SemaphoreOperation.CancelOne when _waiters.Count > 0:
                Awaited<bool> cancelled = _waiters[step.Argument % _waiters.Count];
                _waiters.Remove(cancelled);
                cancelled.Cancel();
                cancelled.AssertFailed<OperationCanceledException>();
                break;
        }

        Settle();
        Assert.Equal((_value, _waiters.Count, _value == 0), (semaphore.Value, semaphore.WaiterCount, semaphore.Locked));
        Assert.All(_waiters, waiter => Assert.True(waiter.IsPending));
    }

    private void Release(int permits)
    {
        if (permits < 1)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.Release(permits));
        }
        else if (permits > limit - _value)
        {
            Assert.Throws<SemaphoreFullException>(() => semaphore.Release(permits));
        }
        else
        {
            semaphore.Release(permits);
            _value += permits;
        }
    }

    private void Settle()
    {
        for (; _waiters.Count > 0 && _value > 0; _value--)
        {
            _waiters[0].AssertEndedWith(true);
            _waiters.RemoveAt(0);
        }
    }
}
