namespace Braid.Threading;

/// <summary>A re-entrant lock: the thread that holds it may acquire it again, and must release it as often.</summary>
/// <remarks>
/// It belongs to a thread, and code after an <c>await</c> may run on another thread. So it cannot be awaited: the awaiting shapes throw
/// <see cref="NotSupportedException"/>; use <see cref="Lock"/> instead. If a thread ends while it holds the lock, no other thread ever gets
/// it. Python counterpart: <c>threading.RLock</c>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class RLock : ILock, IConditionLock, IHeld
{
    internal const string NotAwaitable =
        "An RLock belongs to the thread that acquired it, and code after an await may run on another thread. Await a Lock instead.";

    private LockCore _core;
    private int _depth;   // read and written by the holder only

    /// <inheritdoc/>
    public bool Locked => _core.IsHeld;

    /// <summary>How often the calling thread holds it; 0 if it does not.</summary>
    public int Depth => _core.IsHeldByCurrentThread ? _depth : 0;

    internal int WaiterCount => _core.WaiterCount;

    IReadOnlyList<int>? IHeld.Holders => _core.HolderId is int id ? [id] : null;

    long IHeld.HolderIdentity => _core.HolderIdentity;

    string? IHeld.WayOut => null;

    string IHeld.AdviceToHolder => "Nothing else can end this wait.";

    bool IConditionLock.IsHeldByCaller => _core.IsHeldByCurrentThread;

    string? IConditionLock.WhyNotAwaited => NotAwaitable;

    /// <summary>The result of the awaiting shapes of re-entrant locks, in-process and shared.</summary>
    internal static ValueTask Refusal => ValueTask.FromException(new NotSupportedException(NotAwaitable));

    /// <inheritdoc cref="Refusal"/>
    internal static ValueTask<T> RefusalOf<T>() => ValueTask.FromException<T>(new NotSupportedException(NotAwaitable));

    /// <inheritdoc/>
    public void Acquire(CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        long me = ThreadIdentity.Current;
        if (TryReenter(me))
        {
            return;
        }

        if (!_core.TryAcquireNow(me))
        {
            _core.AcquireSlow(this, Deadline.Never, token);
        }

        _depth = 1;
    }

    /// <inheritdoc/>
    /// <exception cref="OverflowException">The thread holds it more than two thousand million times.</exception>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        if (TryReenter(ThreadIdentity.Current))
        {
            return true;
        }

        if (!_core.TryAcquire(this, timeout, token))
        {
            return false;
        }

        _depth = 1;
        return true;
    }

    /// <summary>Throws: an RLock belongs to a thread.</summary>
    /// <exception cref="NotSupportedException">Always, through the task.</exception>
    public ValueTask AcquireAsync(CancellationToken token = default) => Refusal;

    /// <summary>Throws: an RLock belongs to a thread.</summary>
    /// <exception cref="NotSupportedException">Always, through the task.</exception>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) => RefusalOf<bool>();

    /// <summary>Releases it once; the last time, lets one waiter have it. Never blocks.</summary>
    /// <exception cref="SynchronizationLockException">The calling thread does not hold it. Nothing changes.</exception>
    public void Release()
    {
        long me = ThreadIdentity.Current;
        if (!_core.IsHeldBy(me))
        {
            throw NotHeld.ByCaller(this);
        }

        if (--_depth == 0)
        {
            _core.Release(me);
        }
    }

    /// <inheritdoc/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    ValueTask<AsyncScope> ILock.EnterScopeAsync(CancellationToken token) => RefusalOf<AsyncScope>();

    /// <summary>"locked" or "unlocked", and how many wait.</summary>
    public override string ToString() => StateText.Of(this, nameof(RLock), WaiterCount);

    private bool TryReenter(long me)
    {
        if (!_core.IsHeldBy(me))
        {
            return false;
        }

        _depth = checked(_depth + 1);
        return true;
    }

    int IConditionLock.ReleaseAll()
    {
        int depth = _depth;
        _depth = 0;
        _core.Release();
        return depth;
    }

    void IConditionLock.Restore(int depth)
    {
        Acquire();
        _depth = depth;
    }
}
