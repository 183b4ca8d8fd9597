using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>
/// A mutual-exclusion lock for several processes that can be blocked on and awaited. It is not re-entrant and has no owner: any thread of
/// any process may release it.
/// </summary>
/// <remarks>
/// <para>
/// Passed to another process (as an argument of a call, through a queue or a pipe) it is the same lock there. If the process that acquired
/// it dies without releasing it, the next caller acquires it and gets an <see cref="AbandonedLockException"/>, once; a process that is
/// merely stopped keeps it.
/// </para>
/// <para>
/// Awaiting callers of one process are served strictly in order. Between processes, and among blocked threads, there is no order: a running
/// one may overtake. A blocked wait sleeps in the kernel, so an interrupt of its thread takes up to 50 ms to take effect. Acquiring it
/// again without releasing it waits forever; deadlock detection does not cover locks of several processes.
/// </para>
/// <para>Python counterpart: <c>multiprocessing.Lock</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Lock : ILock, IConditionLock, IAwaited, IShared<Lock>, IClosable, IHeldByProcess
{
    private readonly Segment _segment;
    private readonly SharedLockCore _core;
    private readonly long _me = ProcessTable.Self;
    private AwaitingLine<SharedLockCore.Rule>? _line;   // set once, by the first that awaits
    private volatile bool _isDisposed;                  // written by Close

    /// <summary>Creates a lock that is not held.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Lock()
        : this(Segment.Create(SegmentKind.Lock, SharedLockCore.Bytes))
    {
    }

    private Lock(Segment segment)
    {
        _segment = segment;
        _core = new SharedLockCore(segment, 0);
    }

    /// <inheritdoc/>
    public bool Locked => _core.IsHeld;

    internal int WaiterCount => _core.WaiterCount + (_line?.CountBehindHead ?? 0);

    int IHeldByProcess.HolderPid => _core.HolderPid;

    Segment IShared.Segment => _segment;

    bool IShared.IsClosed => _isDisposed;

    bool IConditionLock.IsHeldByCaller => _core.IsHeld;

    string? IConditionLock.WhyNotAwaited => null;

    static Lock IShared<Lock>.Over(Segment segment) => new(segment);

    /// <inheritdoc/>
    /// <exception cref="AbandonedLockException">The process that held it died; the caller now holds the lock.</exception>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Acquire(CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_core.TryTakeNow(_me))
        {
            AcquireSlow(Deadline.Never, token);
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    /// <exception cref="AbandonedLockException">The process that held it died; the caller now holds the lock.</exception>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _core.TryTakeNow(_me) || AcquireSlow(Deadline.After(timeout), token);
    }

    /// <inheritdoc/>
    /// <exception cref="AbandonedLockException">The process that held it died; the caller now holds the lock.</exception>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    public ValueTask AcquireAsync(CancellationToken token = default) => AwaitingShapes.WaitAsync(this, token);

    /// <inheritdoc/>
    /// <exception cref="AbandonedLockException">The process that held it died; the caller now holds the lock.</exception>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) =>
        AwaitingShapes.TryWaitAsync(this, timeout, token);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_core.TryReleaseNow(_me))
        {
            ReleaseSlow();
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    /// <inheritdoc/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    public ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default) => AsyncScope.EnterAsync(this, AcquireAsync(token));

    /// <summary>"locked" or "unlocked", and how many wait.</summary>
    public override string ToString() => StateText.Of(this, nameof(Lock), WaiterCount);

    /// <summary>
    /// Ends this process's use of the lock; it is not released. Other processes keep it. May be called again, and need not be called: the
    /// garbage collector does it too.
    /// </summary>
    /// <remarks>
    /// There is no <c>Dispose</c>, so that <c>using (mutex)</c>, which would take no lock, does not compile: write <c>using
    /// (mutex.EnterScope())</c>.
    /// </remarks>
    public void Close()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _segment.Release();
        }
    }

    int IConditionLock.ReleaseAll()
    {
        Release();
        return 1;
    }

    void IConditionLock.Restore(int depth) => Acquire();

    private bool AcquireSlow(Deadline deadline, CancellationToken token)
    {
        if (!deadline.HasPassed && _core.TryTakeSpinning(_me))
        {
            return true;
        }

        var rule = new SharedLockCore.Rule(_core, _me);
        return SharedWait.Wait(this, ref rule, deadline, token);
    }

    bool IAwaited.TryNowForAwaiter()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _line is not { IsEmpty: false } && _core.TryTakeNow(_me);
    }

    SignalWaiter IAwaited.Enqueue(TimeSpan timeout, CancellationToken token)
    {
        _line ??= AwaitingLine<SharedLockCore.Rule>.Of(this);
        return _line.Enqueue(new SharedLockCore.Rule(_core, _me), timeout, token);
    }

    private void ReleaseSlow()
    {
        if (!_core.Release(out bool mustWake))
        {
            NotHeld.Throw(this);
        }

        if (mustWake)
        {
            if (_line is { IsEmpty: false } line)
            {
                line.Pump();
            }

            _core.WakeOne();
        }
    }
}
