namespace Braid.Threading;

/// <summary>A lock with a waiting room: whoever holds it can wait for a notification, giving the lock up meanwhile.</summary>
/// <remarks>
/// <para>
/// Waiting releases the lock completely and has it back, to the same depth, before the call returns or throws. There are no spurious
/// wake-ups, but between the notification and the return others may have held the lock: wait for a predicate (<see cref="WaitFor"/>).
/// Several conditions may share one lock. Notifications go to the waiters in order of arrival; one that timed out or was cancelled takes none.
/// </para>
/// <para>
/// Over a <see cref="Lock"/> it can be blocked on and awaited; over an <see cref="RLock"/>, the default, the awaiting shapes refuse with
/// <see cref="NotSupportedException"/>. Python counterpart: <c>threading.Condition</c>, <c>asyncio.Condition</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Condition : ILock, IScoped
{
    private readonly IConditionLock _lock;
    private readonly WaitQueue _waiters;

    /// <summary>Makes a condition over an <see cref="RLock"/> of its own.</summary>
    public Condition()
        : this(new RLock())
    {
    }

    /// <summary>Makes a condition over the given lock, which other conditions may use too.</summary>
    /// <param name="mutex">The lock that is given up while waiting.</param>
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

    /// <inheritdoc/>
    public void Acquire(CancellationToken token = default) => _lock.Acquire(token);

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

    /// <summary>Acquires the lock for the length of a <c>using</c> block.</summary>
    /// <inheritdoc cref="ILock.Acquire(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="ILock.Acquire(CancellationToken)" path="/exception"/>
    public Scope EnterScope(CancellationToken token = default)
    {
        Acquire(token);
        return new Scope(_lock);
    }

    /// <summary>Acquires the lock, without blocking the thread, for the length of a <c>using</c> block.</summary>
    /// <inheritdoc cref="ILock.Acquire(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="ILock.Acquire(CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    public ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default) => AsyncScope.EnterAsync(_lock, AcquireAsync(token));

    /// <summary>Gives the lock up, blocks until notified, and has the lock back.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="SynchronizationLockException">The caller does not hold the lock.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the lock is held again.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the lock is held again.</exception>
    public void Wait(CancellationToken token = default) => TryWait(Timeout.InfiniteTimeSpan, token);

    /// <summary>Gives the lock up, blocks until notified or until the time is up, and has the lock back.</summary>
    /// <param name="timeout">How long to wait for the notification at most; zero, the default, only lets others have the lock for a moment; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever. Getting the lock back is not limited.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether it was notified; false when the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    public bool TryWait(TimeSpan timeout = default, CancellationToken token = default) => TryWait(Deadline.After(timeout), token);

    /// <summary>Gives the lock up, waits without blocking the thread until notified, and has the lock back.</summary>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask WaitAsync(CancellationToken token = default) =>
        await TryWaitAsync(Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>Gives the lock up, waits without blocking the thread until notified or until the time is up, and has the lock back.</summary>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    public ValueTask<bool> TryWaitAsync(TimeSpan timeout, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        return WaitAsync(timeout, token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync(TimeSpan timeout, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        ThrowUnlessAwaitable();
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

    /// <summary>Waits, notification by notification, until the predicate holds. It is evaluated with the lock held, first before any wait.</summary>
    /// <param name="predicate">What to wait for.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="ArgumentNullException">There is no predicate.</exception>
    /// <inheritdoc cref="Wait(CancellationToken)" path="/exception"/>
    public void WaitFor(Func<bool> predicate, CancellationToken token = default) => TryWaitFor(predicate, Timeout.InfiniteTimeSpan, token);

    /// <summary>Waits, notification by notification, until the predicate holds or the time is up.</summary>
    /// <param name="predicate">What to wait for; evaluated with the lock held, first before any wait.</param>
    /// <param name="timeout">How long to wait at most, all notifications together; zero, the default, only looks; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>The predicate's last value.</returns>
    /// <exception cref="ArgumentNullException">There is no predicate.</exception>
    /// <inheritdoc cref="TryWait(TimeSpan, CancellationToken)" path="/exception"/>
    public bool TryWaitFor(Func<bool> predicate, TimeSpan timeout = default, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var deadline = Deadline.After(timeout);
        ThrowUnlessHeld();
        bool holds = predicate();
        while (!holds && !deadline.HasPassed)
        {
            TryWait(deadline, token);
            holds = predicate();
        }

        return holds;
    }

    /// <summary>Waits without blocking the thread, notification by notification, until the predicate holds.</summary>
    /// <inheritdoc cref="WaitFor(Func{bool}, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="WaitFor(Func{bool}, CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public async ValueTask WaitForAsync(Func<bool> predicate, CancellationToken token = default) =>
        await TryWaitForAsync(predicate, Timeout.InfiniteTimeSpan, token).ConfigureAwait(false);

    /// <summary>Waits without blocking the thread, notification by notification, until the predicate holds or the time is up.</summary>
    /// <inheritdoc cref="TryWaitFor(Func{bool}, TimeSpan, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="TryWaitFor(Func{bool}, TimeSpan, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="TryWaitFor(Func{bool}, TimeSpan, CancellationToken)" path="/exception"/>
    /// <exception cref="NotSupportedException">The lock is an <see cref="RLock"/>.</exception>
    public ValueTask<bool> TryWaitForAsync(Func<bool> predicate, TimeSpan timeout, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return WaitForAsync(predicate, Deadline.After(timeout), token);
    }

    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    private async ValueTask<bool> WaitForAsync(Func<bool> predicate, Deadline deadline, CancellationToken token)
    {
        ThrowUnlessAwaitable();
        ThrowUnlessHeld();
        bool holds = predicate();
        while (!holds && !deadline.HasPassed)
        {
            await TryWaitAsync(deadline.Left, token);      // in the caller's context, where the predicate belongs
            holds = predicate();
        }

        return holds;
    }

    /// <summary>Lets waiters go on, the longest waiting first. They have the lock only after the caller releases it. Never blocks.</summary>
    /// <param name="n">How many at most; with fewer waiters, or 0, the rest is lost.</param>
    /// <exception cref="SynchronizationLockException">The caller does not hold the lock.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is negative.</exception>
    public void Notify(int n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ThrowUnlessHeld();
        using Gate.Scope held = _waiters.Gate.Enter();
        while (n-- > 0 && _waiters.Grant())
        {
        }
    }

    /// <summary>Lets all waiters go on.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not hold the lock.</exception>
    public void NotifyAll() => Notify(int.MaxValue);

    /// <summary>The lock's state, and how many wait for a notification.</summary>
    public override string ToString() => LockText.Of(this, nameof(Condition), WaiterCount);

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
            Sleeper.Insist((_lock, depth), static had => had._lock.Restore(had.depth));
        }
    }

    /// <summary>Gives the lock up, or stops waiting if somebody else has released it, as anybody may release a plain lock.</summary>
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

    private void ThrowUnlessAwaitable()
    {
        if (_lock.WhyNotAwaited is { } reason)
        {
            throw new NotSupportedException(reason);
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
