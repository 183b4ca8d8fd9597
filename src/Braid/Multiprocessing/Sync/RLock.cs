using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>A re-entrant lock for several processes: the thread that holds it may acquire it again, and must release it as often.</summary>
/// <remarks>
/// <para>
/// Passed to another process it is the same lock there. If the process that holds it dies, the next caller acquires it, once, and gets an
/// <see cref="AbandonedLockException"/>; a process that is merely stopped keeps it. Between processes, and among threads, there is no
/// order. A wait sleeps in the kernel, so an interrupt of its thread takes up to 50 ms to take effect.
/// </para>
/// <para>
/// It belongs to a thread, and code after an <c>await</c> may run on another thread. So it cannot be awaited: the awaiting shapes throw
/// <see cref="NotSupportedException"/>; use <see cref="Lock"/> instead. If a thread ends while it holds the lock, no other thread gets it
/// until its process has ended too. Python counterpart: <c>multiprocessing.RLock</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RLock : ILock, IConditionLock, IShared<RLock>, IClosable, IHeldByProcess
{
    /// <summary>Memory that it takes in a segment, initially zeroes.</summary>
    internal const int Bytes = SharedLockCore.Bytes;

    private const long UpperHalf = ~(long)uint.MaxValue;

    private readonly Segment _segment;
    private readonly SharedLockCore _core;
    private readonly long _process = ProcessTable.Self;
    private readonly bool _ownsSegment;
    private volatile bool _isDisposed;   // written by Close

    /// <summary>Creates a lock that is not held.</summary>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public RLock()
        : this(Segment.Create(SegmentKind.RLock, Bytes), 0) => _ownsSegment = true;

    /// <summary>Creates a lock inside a segment whose owner keeps it open. At offset 0 it can be passed on by itself.</summary>
    internal RLock(Segment segment, long offset)
    {
        _segment = segment;
        _core = new SharedLockCore(segment, offset);
    }

    private RLock(Segment segment)
        : this(segment, 0) => _ownsSegment = true;

    /// <inheritdoc/>
    public bool Locked => _core.IsHeld;

    /// <summary>How often the calling thread holds it; 0 if it does not.</summary>
    public int Depth => _core.IsHeldBy(Me) ? _core.Depth : 0;

    internal int WaiterCount => _core.WaiterCount;

    int IHeldByProcess.HolderPid => _core.HolderPid;

    Segment IShared.Segment => _segment;

    bool IShared.IsClosed => _isDisposed;

    bool IConditionLock.IsHeldByCaller => _core.IsHeldBy(Me);

    string? IConditionLock.WhyNotAwaited => Threading.RLock.NotAwaitable;

    private long Me => (ThreadIdentity.Current & UpperHalf) | _process;

    static RLock IShared<RLock>.Over(Segment segment) => new(segment);

    /// <inheritdoc/>
    /// <exception cref="AbandonedLockException">The process that held it died; the lock is held by the caller now, once.</exception>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    public void Acquire(CancellationToken token = default) => TryAcquire(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="AbandonedLockException">The process that held it died; the lock is held by the caller now, once.</exception>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    /// <exception cref="OverflowException">The thread holds it more than two thousand million times.</exception>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long me = Me;
        if (_core.IsHeldBy(me))
        {
            _core.Depth = checked(_core.Depth + 1);
            return true;
        }

        if (_core.TryTakeNow(me))
        {
            _core.Depth = 1;
            return true;
        }

        return AcquireSlow(me, Deadline.After(timeout), token);
    }

    /// <inheritdoc cref="Threading.RLock.AcquireAsync"/>
    public ValueTask AcquireAsync(CancellationToken token = default) => Threading.RLock.Refusal;

    /// <inheritdoc cref="Threading.RLock.TryAcquireAsync"/>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) => Threading.RLock.RefusalOf<bool>();

    /// <inheritdoc cref="Threading.RLock.Release"/>
    /// <exception cref="ObjectDisposedException">This process has closed the lock.</exception>
    public void Release()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_core.IsHeldBy(Me))
        {
            throw NotHeld.ByCaller(this);
        }

        if (--_core.Depth == 0)
        {
            ReleaseCompletely();
        }
    }

    /// <inheritdoc/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    ValueTask<AsyncScope> ILock.EnterScopeAsync(CancellationToken token) => Threading.RLock.RefusalOf<AsyncScope>();

    /// <summary>"locked" or "unlocked", and how many wait.</summary>
    public override string ToString() => StateText.Of(this, nameof(RLock), WaiterCount);

    /// <inheritdoc cref="Lock.Close"/>
    public void Close()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            if (_ownsSegment)
            {
                _segment.Release();
            }
        }
    }

    int IConditionLock.ReleaseAll()
    {
        int depth = _core.Depth;
        _core.Depth = 0;
        ReleaseCompletely();
        return depth;
    }

    void IConditionLock.Restore(int depth)
    {
        try
        {
            Acquire();
        }
        finally
        {
            if (_core.IsHeldBy(Me))
            {
                _core.Depth = depth;   // also when it was taken over from a dead process
            }
        }
    }

    private bool AcquireSlow(long me, Deadline deadline, CancellationToken token)
    {
        if (!deadline.HasPassed && _core.TryTakeSpinning(me))
        {
            _core.Depth = 1;
            return true;
        }

        var rule = new SharedLockCore.Rule(_core, me);
        return SharedWait.Wait(this, ref rule, deadline, token);
    }

    private void ReleaseCompletely()
    {
        if (!_core.TryReleaseNow(Me))
        {
            _core.Release(out _);
            _core.WakeOne();
        }

        GC.KeepAlive(this);
    }
}
