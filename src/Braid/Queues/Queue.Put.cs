namespace Braid.Queues;

public partial class Queue<T>
{
    /// <inheritdoc/>
    public void Put(T item, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        if (!TryPutNow(item))
        {
            PutSlow(item, Deadline.Never, token);
        }
    }

    /// <inheritdoc/>
    public bool TryPut(T item, TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        return TryPutNow(item) || (timeout != TimeSpan.Zero && PutSlow(item, Deadline.After(timeout), token));
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(T item, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(token);
        }

        try
        {
            return TryPutNow(item, awaits: true) ? default : EnqueuePutter(item, Timeout.InfiniteTimeSpan, token).AsTask();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryPutAsync(T item, TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(token);
        }

        try
        {
            return TryPutNow(item, awaits: true) ? new ValueTask<bool>(true) : EnqueuePutter(item, timeout, token).AsTryTask();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<bool>(exception);
        }
    }

    /// <inheritdoc/>
    public void PutNowait(T item)
    {
        if (!TryPutNow(item))
        {
            throw QueueFullException.Of(Qsize, Maxsize);
        }
    }

    private bool TryPutNow(T item, bool awaits = false)
    {
        using Gate.Scope held = _gate.Enter();
        if (_isShutDown)
        {
            throw new QueueShutDownException();
        }

        if (!HasRoom || !(awaits ? _putters.AllowsAsyncBarging : _putters.AllowsBarging))
        {
            return false;
        }

        Store(item);
        if (!_getters.IsEmpty)
        {
            SettleUnderGate();
        }

        AssertInvariants();
        return true;
    }

    private bool PutSlow(T item, Deadline deadline, CancellationToken token)
    {
        MeasureOnce();
        var rule = new PutRule(this, item);
        bool put = _putters.Wait(ref rule, deadline, token);
        return rule.IsShutDown ? throw new QueueShutDownException() : put;
    }

    private PutWaiter<T> EnqueuePutter(T item, TimeSpan timeout, CancellationToken token)
    {
        MeasureOnce();
        PutWaiter<T> waiter = PutWaiter<T>.Rent(item);
        var rule = new PutRule(this, item);
        _putters.WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    /// <summary>Puts one item once there is room.</summary>
    private struct PutRule(Queue<T> queue, T? item) : IRule
    {
        public bool IsShutDown;

        public readonly bool KeepsOrder => true;

        public readonly bool LooksReady() => !queue.Full || queue.IsShutdown;

        public bool TryTake(bool othersWait)
        {
            IsShutDown = queue._isShutDown;
            if (IsShutDown)
            {
                return true;
            }

            if (!queue.HasRoom)
            {
                return false;
            }

            queue.Store(item!);
            return true;
        }

        public readonly bool TryServe(AsyncWaiter waiter, bool othersWait)
        {
            if (queue._isShutDown)
            {
                waiter.Failure = new QueueShutDownException();
                return true;
            }

            if (!queue.HasRoom)
            {
                return false;
            }

            try
            {
                queue.Store(((PutWaiter<T>)waiter).Item!);
            }
            catch (Exception exception)
            {
                waiter.Failure = exception;   // of an override: it belongs to the putter, whichever thread made room
            }

            return true;
        }

        public readonly bool CanTake() => queue.HasRoom || queue.IsShutdown;
    }
}

/// <summary>An await for room, with the item that the thread that makes room puts in on its behalf.</summary>
internal sealed class PutWaiter<T> : SignalWaiter
{
    /// <summary>Written before the waiter is enqueued; cleared when it is no longer needed.</summary>
    internal T? Item { get; set; }

    public static PutWaiter<T> Rent(T item)
    {
        PutWaiter<T> waiter = WaiterPool<PutWaiter<T>>.Rent() ?? new PutWaiter<T>();
        waiter.Item = item;
        return waiter;
    }

    protected override void Recycle()
    {
        Item = default;
        WaiterPool<PutWaiter<T>>.Return(this);
    }
}
