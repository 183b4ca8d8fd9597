namespace Braid.Queues;

public partial class Queue<T>
{
    /// <summary>Puts an item, blocking until there is room.</summary>
    /// <param name="item">The item.</param>
    /// <param name="token">Ends the wait; the item is not put.</param>
    /// <exception cref="QueueShutDownException">The queue is shut down, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public void Put(T item, CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        if (!TryPutNow(item))
        {
            PutSlow(item, Deadline.Never, token);
        }
    }

    /// <summary>Puts an item, blocking until there is room or the time is up.</summary>
    /// <param name="item">The item.</param>
    /// <param name="timeout">How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait; the item is not put.</param>
    /// <returns>Whether the item was put; false when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down, before or during the wait.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    public bool TryPut(T item, TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        return TryPutNow(item) || (timeout != TimeSpan.Zero && PutSlow(item, Deadline.After(timeout), token));
    }

    /// <summary>Puts an item, waiting without blocking the thread until there is room.</summary>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Put(T, CancellationToken)" path="/exception"/>
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

    /// <summary>Puts an item, waiting without blocking the thread until there is room or the time is up.</summary>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryPut(T, TimeSpan, CancellationToken)" path="/exception"/>
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

    /// <summary>Puts an item if there is room. Never blocks.</summary>
    /// <param name="item">The item.</param>
    /// <exception cref="QueueFullException">There is no room.</exception>
    /// <exception cref="QueueShutDownException">The queue is shut down.</exception>
    public void PutNowait(T item)
    {
        if (!TryPutNow(item))
        {
            throw new QueueFullException($"The queue holds {Qsize} of at most {Maxsize} items. Put() waits for room; TryPut() tells without an exception.");
        }
    }

    private bool TryPutNow(T item, bool awaits = false)
    {
        using Gate.Scope held = _gate.Enter();
        if (_isShutDown)
        {
            throw new QueueShutDownException();
        }

        if (!HasRoom || !(awaits ? _putters.MayOvertakeAwaiting : _putters.MayOvertake))
        {
            return false;
        }

        Store(item);
        if (!_getters.IsEmpty)
        {
            LetGettersThrough(servesPutters: false);
        }

        return true;
    }

    private bool PutSlow(T item, Deadline deadline, CancellationToken token)
    {
        MeasureOnce();
        var rule = new PutRule(this, item, servesGetters: true);
        bool put = _putters.Wait(ref rule, deadline, token);
        return rule.IsShutDown ? throw new QueueShutDownException() : put;
    }

    private PutWaiter<T> EnqueuePutter(T item, TimeSpan timeout, CancellationToken token)
    {
        MeasureOnce();
        PutWaiter<T> waiter = PutWaiter<T>.Rent(item);
        var rule = new PutRule(this, item, servesGetters: true);
        _putters.WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    /// <summary>Lets those who put go on. Under the gate.</summary>
    /// <param name="servesGetters">Whether to pass each item on to those who get. Not when the caller serves those itself, for one side at a time leads.</param>
    private void LetPuttersThrough(bool servesGetters)
    {
        var rule = new PutRule(this, default, servesGetters);
        _putters.LetThrough(ref rule);
    }

    /// <summary>Room for one item.</summary>
    private struct PutRule(Queue<T> queue, T? item, bool servesGetters) : IRule
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
            queue.LetGettersThrough(servesPutters: false);
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
                waiter.Failure = exception;   // of an override: it is the putter's, whoever made the room
                return true;
            }

            if (servesGetters)
            {
                queue.LetGettersThrough(servesPutters: false);
            }

            return true;
        }

        public readonly bool CanTake() => queue.HasRoom || queue.IsShutdown;
    }
}
