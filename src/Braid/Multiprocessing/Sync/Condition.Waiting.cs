using Braid.Threading;

namespace Braid.Multiprocessing;

/// <content>Waiting for a notification.</content>
public sealed partial class Condition
{
    private static Segment CreateSegment() => Segment.Create(SegmentKind.Condition, WaitersAt + SharedWaitList.Bytes);

    private static Segment SegmentFor(IConditionLock mutex)
    {
        ArgumentNullException.ThrowIfNull(mutex);
        return CreateSegment();
    }

    void IPredicateCondition.ThrowUnlessHeld() => ThrowUnlessHeld();

    bool IPredicateCondition.TryWait(Deadline deadline, CancellationToken token) => TryWait(deadline, token);

    private bool TryWait(Deadline deadline, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        ThrowUnlessHeld();
        using Segment.Usage kept = _segment.Use(this);   // until the place is freed, in case the condition is closed meanwhile
        SharedConditionCore.Rule rule = _waiters.Enter(isAwaiting: false);
        int depth = ReleaseAllOrLeave(rule);
        bool isNotified = false;
        try
        {
            try
            {
                isNotified = SharedWait.Wait(this, ref rule, deadline, token);
            }
            finally
            {
                UninterruptibleMonitor.Run((_lock, depth), static had => had._lock.Restore(had.depth));
            }

            return isNotified;
        }
        catch (ObjectDisposedException) when (isNotified)
        {
            rule.GiveUp();   // it does not return from its wait, so its notification goes to another waiter
            isNotified = false;
            throw;
        }
        finally
        {
            LeaveIf(isNotified, rule);
        }
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        _lock.ThrowUnlessAwaitable();
        ThrowUnlessHeld();
        ObjectDisposedException.ThrowIf(!_segment.TryAddReference(), this);
        try
        {
            return await WaitKeptAsync(timeout, token).ConfigureAwait(false);
        }
        finally
        {
            _segment.Release();
        }
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> WaitKeptAsync(TimeSpan timeout, CancellationToken token)
    {
        SharedConditionCore.Rule rule = _waiters.Enter(isAwaiting: true);
        ReleaseAllOrLeave(rule);
        bool isNotified = false;
        try
        {
            try
            {
                isNotified = await AwaitingLine<SharedConditionCore.Rule>.Of(this).Enqueue(rule, timeout, token).AsTryTask()
                    .ConfigureAwait(false);
            }
            finally
            {
                await _lock.AcquireAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return isNotified;
        }
        catch (ObjectDisposedException) when (isNotified)
        {
            rule.GiveUp();   // as above
            isNotified = false;
            throw;
        }
        finally
        {
            LeaveIf(isNotified, rule);
        }
    }

    /// <summary>Releases the lock, or stops waiting if another thread has released it: any thread may release a plain lock.</summary>
    private int ReleaseAllOrLeave(in SharedConditionCore.Rule rule)
    {
        try
        {
            return _lock.ReleaseAll();
        }
        catch
        {
            rule.GiveUp();
            throw;
        }
    }

    /// <summary>Frees the place of a notified waiter; one that was not notified has already left it.</summary>
    private static void LeaveIf(bool isNotified, in SharedConditionCore.Rule rule)
    {
        if (isNotified)
        {
            rule.Leave();
        }
    }

    private void ThrowUnlessHeld()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_lock.IsHeldByCaller)
        {
            throw NotHeld.ByCondition(_lock);
        }
    }
}
