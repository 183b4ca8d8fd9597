namespace Braid.Threading;

/// <summary>A lock with a notification: its holder can wait to be notified and releases the lock meanwhile.</summary>
/// <remarks>
/// <para>
/// Waiting releases the lock completely and reacquires it, to the same depth, before the call returns or throws. There are no spurious
/// wakes, but between the notification and the return others may have held the lock: wait for a predicate (<see cref="WaitFor"/>). Several
/// conditions may share one lock. Notifications go to the waiters in order of arrival; a waiter that timed out or was cancelled takes none.
/// </para>
/// <para>
/// Over a <see cref="Lock"/> it can be blocked on and awaited; over an <see cref="RLock"/>, the default, the awaiting shapes throw
/// <see cref="NotSupportedException"/>. Python counterpart: <c>threading.Condition</c>, <c>asyncio.Condition</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Condition : IPredicateCondition, IScoped
{
    private readonly IConditionLock _lock;
    private readonly WaitQueue _waiters;

    /// <summary>Creates a condition over an <see cref="RLock"/> of its own.</summary>
    public Condition()
        : this(new RLock())
    {
    }

    /// <summary>Creates a condition over the given lock, which other conditions may use too.</summary>
    /// <param name="mutex">The lock that is released while waiting.</param>
    /// <exception cref="ArgumentNullException">There is no lock.</exception>
    public Condition(Lock mutex)
        : this((IConditionLock)mutex)
    {
    }

    /// <inheritdoc cref="Condition(Lock)"/>
    public Condition(RLock mutex)
        : this((IConditionLock)mutex)
    {
    }

    private Condition(IConditionLock mutex)
    {
        ArgumentNullException.ThrowIfNull(mutex);
        _lock = mutex;
        _waiters = new WaitQueue(new Gate(), this);
    }

    /// <inheritdoc/>
    public bool Locked => _lock.Locked;

    internal int WaiterCount => _waiters.WaiterCount;

    internal ILock Mutex => _lock;

    IConditionLock IPredicateCondition.Mutex => _lock;

    /// <inheritdoc/>
    public void Acquire(CancellationToken token = default) => ((ILock)_lock).Acquire(token);

    /// <inheritdoc/>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default) => _lock.TryAcquire(timeout, token);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    public ValueTask AcquireAsync(CancellationToken token = default) => _lock.AcquireAsync(token);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) => _lock.TryAcquireAsync(timeout, token);

    /// <inheritdoc/>
    public void Release() => ((ILock)_lock).Release();

    /// <inheritdoc/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(_lock, token);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    public ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default) => AsyncScope.EnterAsync(_lock, AcquireAsync(token));

    /// <inheritdoc/>
    public void Wait(CancellationToken token = default) => TryWait(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default) => TryWait(Deadline.After(timeout), token);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken token = default) =>
        await TryWaitAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return WaitAsync(timeout, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        _lock.ThrowUnlessAwaitable();
        ThrowUnlessHeld();
        SignalWaiter waiter = SignalWaiter.Rent();
        var never = default(NothingToTake);
        _waiters.WaitAsync(waiter, ref never, timeout, token);
        ReleaseAllOrLeave(waiter);
        try
        {
            return await waiter.AsTryTask().ConfigureAwait(false);
        }
        finally
        {
            await _lock.AcquireAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void WaitFor(Func<bool> predicate, CancellationToken token = default) => TryWaitFor(predicate, Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public bool TryWaitFor(Func<bool> predicate, TimeSpan timeout = default, CancellationToken token = default) =>
        PredicateWait.TryWaitFor(this, predicate, timeout, token);

    /// <inheritdoc/>
    public ValueTask WaitForAsync(Func<bool> predicate, CancellationToken token = default) =>
        PredicateWait.WaitForAsync(this, predicate, token);

    /// <inheritdoc/>
    public ValueTask<bool> TryWaitForAsync(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default) =>
        PredicateWait.TryWaitForAsync(this, predicate, timeout, token);

    /// <inheritdoc/>
    public void Notify(int n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ThrowUnlessHeld();
        using Gate.Scope held = _waiters.Gate.Enter();
        while (n-- > 0 && _waiters.Grant())
        {
        }
    }

    /// <inheritdoc/>
    public void NotifyAll() => Notify(int.MaxValue);

    /// <summary>The lock's state, and how many waiters there are.</summary>
    public override string ToString() => StateText.Of(this, nameof(Condition), WaiterCount);

    void IPredicateCondition.ThrowUnlessHeld() => ThrowUnlessHeld();

    bool IPredicateCondition.TryWait(Deadline deadline, CancellationToken token) => TryWait(deadline, token);

    private bool TryWait(Deadline deadline, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        ThrowUnlessHeld();
        ThreadWaiter waiter;
        using (_waiters.Gate.Enter())
        {
            waiter = _waiters.EnqueueThread();
        }

        int depth = ReleaseAllOrLeave(waiter);
        try
        {
            var never = default(NothingToTake);
            return _waiters.WaitEnqueued(waiter, ref never, deadline, token);
        }
        finally
        {
            UninterruptibleMonitor.Run((_lock, depth), static had => had._lock.Restore(had.depth));
        }
    }

    /// <summary>Releases the lock, or stops waiting if another thread has released it: any thread may release a plain lock.</summary>
    private int ReleaseAllOrLeave(Waiter waiter)
    {
        try
        {
            return _lock.ReleaseAll();
        }
        catch (SynchronizationLockException)
        {
            _waiters.Leave(waiter);
            throw;
        }
    }

    private void ThrowUnlessHeld()
    {
        if (!_lock.IsHeldByCaller)
        {
            throw NotHeld.ByCondition(_lock);
        }
    }
}
