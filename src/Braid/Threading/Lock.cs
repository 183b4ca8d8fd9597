namespace Braid.Threading;

/// <summary>
/// A mutual-exclusion lock that can be blocked on and awaited. It is not re-entrant and has no owner: any thread may release it.
/// </summary>
/// <remarks>
/// <para>
/// Blocked threads and awaiting callers wait in one queue. Awaiting callers are served strictly in order; a blocked thread may be overtaken
/// by a running one a few times, never indefinitely. An instance takes 32 bytes until a caller has to wait; waiting allocates nothing once
/// warm. Acquiring it again without releasing it waits forever (see <see cref="DeadlockDetection"/>).
/// </para>
/// <para>Python counterpart: <c>threading.Lock</c>, <c>asyncio.Lock</c>.</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Lock : ILock, IConditionLock, IAwaited, IHeld
{
    private LockCore _core;

    /// <summary>Creates a lock that is not held.</summary>
    public Lock()
    {
    }

    private Lock(InternalLock name) => _core = new LockCore(name);

    internal static Lock OfBraid() => new(new InternalLock());

    /// <inheritdoc/>
    public bool Locked => _core.IsHeld;

    internal int WaiterCount => _core.WaiterCount;

    IReadOnlyList<int>? IHeld.Holders => _core.HolderId is int id ? [id] : null;

    long IHeld.HolderIdentity => _core.HolderIdentity;

    string? IHeld.WayOut => "another thread releases the Lock";

    string IHeld.AdviceToHolder => "A Lock is not re-entrant: use an RLock, or take it once.";

    bool IConditionLock.IsHeldByCaller => _core.IsHeld;

    string? IConditionLock.WhyNotAwaited => null;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Acquire(CancellationToken token = default)
    {
        token.ThrowIfCancellationRequested();
        if (!_core.TryAcquireNow())
        {
            _core.AcquireSlow(this, Deadline.Never, token);
        }
    }

    /// <inheritdoc/>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default) => _core.TryAcquire(this, timeout, token);

    /// <inheritdoc/>
    public ValueTask AcquireAsync(CancellationToken token = default) => AwaitingShapes.WaitAsync(this, token);

    /// <inheritdoc/>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) =>
        AwaitingShapes.TryWaitAsync(this, timeout, token);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release()
    {
        if (!_core.Release())
        {
            NotHeld.Throw(this);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    /// <inheritdoc/>
    public ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default) => AsyncScope.EnterAsync(this, AcquireAsync(token));

    /// <summary>"locked" or "unlocked", and how many wait.</summary>
    public override string ToString() => StateText.Of(this, nameof(Lock), WaiterCount);

    bool IAwaited.TryNowForAwaiter() => _core.TryAcquireForAwaiter();

    SignalWaiter IAwaited.Enqueue(TimeSpan timeout, CancellationToken token) => _core.AcquireSlowAsync(this, timeout, token);

    int IConditionLock.ReleaseAll()
    {
        Release();
        return 1;
    }

    void IConditionLock.Restore(int depth) => Acquire();
}

/// <summary>Stands for a lock of Braid's own where waits are reported.</summary>
internal sealed class InternalLock : IInternal
{
    public override string ToString() => "a lock inside Braid";
}
