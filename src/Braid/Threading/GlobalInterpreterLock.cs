namespace Braid.Threading;

/// <summary>
/// CPython's global interpreter lock as an object: one thread at a time, changing hands at checkpoints after the switch interval.
/// </summary>
/// <remarks>
/// <para>
/// .NET threads run in parallel and have no such lock. This one wraps a library that is not thread-safe, and shows by measurement what a
/// global lock costs. A thread that has waited for <see cref="SwitchInterval"/> requests it; the holder notices the request at its next
/// <see cref="Checkpoint"/>, hands the lock over, and queues for it again. It belongs to a thread, is not re-entrant, and has no awaiting
/// shapes: code after an await may run on another thread.
/// </para>
/// <para>Python counterpart: the interpreter's own; <c>sys.setswitchinterval</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class GlobalInterpreterLock : IScoped, IHeld, IContentionWatcher
{
    private LockCore _core;
    private volatile bool _isWanted;   // set by a thread that has waited long enough; cleared by the holder that yields

    /// <summary>Creates a lock that is not held.</summary>
    /// <param name="switchInterval">
    /// How long a thread waits before it requests the lock from the holder; more than zero, 5 milliseconds by default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not positive.</exception>
    public GlobalInterpreterLock(TimeSpan? switchInterval = null)
    {
        SwitchInterval = switchInterval ?? TimeSpan.FromMilliseconds(5);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SwitchInterval, TimeSpan.Zero, nameof(switchInterval));
    }

    /// <summary>How long a thread waits before it requests the lock from the holder.</summary>
    public TimeSpan SwitchInterval { get; }

    /// <summary>Whether some thread holds it at this moment.</summary>
    public bool Locked => _core.IsHeld;

    internal int WaiterCount => _core.WaiterCount;

    IReadOnlyList<int>? IHeld.Holders => _core.HolderId is int id ? [id] : null;

    long IHeld.HolderIdentity => _core.HolderIdentity;

    string? IHeld.WayOut => null;

    string IHeld.AdviceToHolder => "A GlobalInterpreterLock is not re-entrant: take it once per thread.";

    TimeSpan IContentionWatcher.LongWaitAfter => SwitchInterval;

    void IContentionWatcher.OnLongWait() => _isWanted = true;

    /// <summary>Blocks until the calling thread holds it.</summary>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="InvalidOperationException">The calling thread holds it already.</exception>
    public void Acquire(CancellationToken token = default) => TryAcquire(Timeout.InfiniteTimeSpan, token);

    /// <summary>Blocks until the calling thread holds it or the time is up.</summary>
    /// <param name="timeout">
    /// How long to wait at most; zero, the default, tries once; <see cref="Timeout.InfiniteTimeSpan"/> waits forever.
    /// </param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>Whether it is held now; false if the time was up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, before or during the wait.</exception>
    /// <exception cref="InvalidOperationException">The calling thread holds it already.</exception>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default)
    {
        if (_core.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException("This thread holds the GlobalInterpreterLock already: it is not re-entrant.");
        }

        return _core.TryAcquire(this, timeout, token);
    }

    /// <summary>Releases it. Never blocks.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it. Nothing changes.</exception>
    public void Release()
    {
        ThrowUnlessHeldByCaller();
        _core.Release();
    }

    /// <summary>
    /// A point at which the holder may have to yield: if another thread has waited for the switch interval, hands the lock over and waits
    /// for its own next turn.
    /// </summary>
    /// <remarks>Costs one read when no thread is waiting. Call it in long loops, as CPython does between bytecodes.</remarks>
    /// <exception cref="SynchronizationLockException">
    /// The calling thread does not hold it; detected only if another thread wants it.
    /// </exception>
    public void Checkpoint()
    {
        if (_isWanted)
        {
            ThrowUnlessHeldByCaller();
            _isWanted = false;
            _core.ReleaseFairly();
            UninterruptibleMonitor.Run(this, static gil => gil.Acquire());
        }
    }

    /// <summary>Holds it for the duration of a <c>using</c> block.</summary>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/param"/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    /// <summary>Releases it for the duration of a <c>using</c> block, around a call that blocks, and reacquires it at the end.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it.</exception>
    public ReleasedScope Released()
    {
        Release();
        return new ReleasedScope(this);
    }

    /// <summary>"locked" or "unlocked", and how many wait.</summary>
    public override string ToString() =>
        $"{(Locked ? "locked" : "unlocked")} GlobalInterpreterLock{(WaiterCount == 0 ? "" : $", waiters={WaiterCount}")}";

    private void ThrowUnlessHeldByCaller()
    {
        if (!_core.IsHeldByCurrentThread)
        {
            throw NotHeld.ByCaller(this);
        }
    }

    /// <summary>A block without the lock, whose end reacquires it.</summary>
    public readonly ref struct ReleasedScope
    {
        private readonly GlobalInterpreterLock? _lock;   // null in a default value
        private readonly Hold _hold;
        private readonly long _number;

        internal ReleasedScope(GlobalInterpreterLock mutex)
        {
            _lock = mutex;
            _hold = Hold.Begin(out _number);
        }

        /// <summary>
        /// Blocks until the lock is held again; an interrupt is kept for the thread's next wait. A second call, on a copy too, does
        /// nothing.
        /// </summary>
        public void Dispose()
        {
            if (_lock is not null && _hold.TryEndHere(_number))
            {
                UninterruptibleMonitor.Run(_lock, static gil => gil.Acquire());
            }
        }
    }
}
