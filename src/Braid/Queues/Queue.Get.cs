using System.Diagnostics.CodeAnalysis;

namespace Braid.Queues;

public partial class Queue<T>
{
    /// <inheritdoc/>
    public T Get(CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        if (!TryGetNow(out T? item))
        {
            GetSlow(out item, Deadline.Never, token);
        }

        return item!;
    }

    /// <inheritdoc/>
    public bool TryGet([MaybeNullWhen(false)] out T item, TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        return TryGetNow(out item) || (timeout != TimeSpan.Zero && GetSlow(out item, Deadline.After(timeout), token));
    }

    /// <inheritdoc/>
    public ValueTask<T> GetAsync(CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(token);
        }

        try
        {
            return TryGetNow(out T? item, awaits: true) ? new ValueTask<T>(item) : EnqueueGetter(Timeout.InfiniteTimeSpan, token).AsTask();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<T>(exception);
        }
    }

    /// <inheritdoc/>
    public ValueTask<(bool Success, T Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<(bool, T)>(token);
        }

        try
        {
            return TryGetNow(out T? item, awaits: true)
                ? new ValueTask<(bool, T)>((true, item))
                : EnqueueGetter(timeout, token).AsTryTask();
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<(bool, T)>(exception);
        }
    }

    /// <inheritdoc/>
    public T GetNowait() => TryGetNow(out T? item) ? item : throw new QueueEmptyException();

    private bool TryGetNow([MaybeNullWhen(false)] out T item, bool awaits = false)
    {
        using Gate.Scope held = _gate.Enter();
        return TryGetUnderGate(out item, awaits);
    }

    private bool TryGetUnderGate([MaybeNullWhen(false)] out T item, bool awaits)
    {
        Debug.Assert(_gate.IsHeld);
        if (_count == 0 && _isShutDown)
        {
            throw new QueueShutDownException();
        }

        if (_count == 0 || !(awaits ? _getters.AllowsAsyncBarging : _getters.AllowsBarging))
        {
            item = default;
            return false;
        }

        item = Take();
        if (!_putters.IsEmpty)
        {
            SettleUnderGate();
        }

        AssertInvariants();
        return true;
    }

    private bool GetSlow([MaybeNullWhen(false)] out T item, Deadline deadline, CancellationToken token)
    {
        MeasureOnce();
        var rule = new GetRule(this);
        bool got = _getters.Wait(ref rule, deadline, token);
        item = rule.Item;
        return rule.IsShutDown ? throw new QueueShutDownException() : got;
    }

    private ItemWaiter<T> EnqueueGetter(TimeSpan timeout, CancellationToken token)
    {
        MeasureOnce();
        ItemWaiter<T> waiter = ItemWaiter<T>.Rent();
        var rule = new GetRule(this);
        _getters.WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    /// <summary>Takes one item, or learns that there will be none.</summary>
    private struct GetRule(Queue<T> queue) : IRule
    {
        public T? Item;
        public bool IsShutDown;

        public readonly bool KeepsOrder => true;

        public readonly bool LooksReady() => !queue.Empty || queue.IsShutdown;

        public bool TryTake(bool othersWait)
        {
            if (queue._count == 0)
            {
                IsShutDown = queue._isShutDown;
                return IsShutDown;
            }

            Item = queue.Take();
            return true;
        }

        public readonly bool TryServe(AsyncWaiter waiter, bool othersWait)
        {
            if (queue._count == 0)
            {
                waiter.Failure = queue._isShutDown ? new QueueShutDownException() : null;
                return queue._isShutDown;
            }

            var getter = (ItemWaiter<T>)waiter;
            if (!getter.TryChoose())
            {
                return true;   // it leaves the line, and the item goes to the next getter
            }

            try
            {
                getter.Item = queue.Take();
            }
            catch (Exception exception)
            {
                waiter.Failure = exception;   // of an override: it belongs to the getter, whichever thread put the item
            }

            return true;
        }

        public readonly bool CanTake() => queue.Qsize > 0 || queue.IsShutdown;
    }
}
