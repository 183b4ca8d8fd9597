using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>A lock for several processes with a notification: its holder can wait to be notified and releases the lock meanwhile.</summary>
/// <remarks>
/// <para>
/// Passed to another process it is the same condition there, over the same lock. Waiting releases the lock completely and reacquires it, to
/// the same depth, before the call returns or throws. There are no spurious wakes, but between the notification and the return others may
/// have held the lock: wait for a predicate (<see cref="WaitFor"/>). Several conditions may share one lock.
/// </para>
/// <para>
/// Notifications go to the waiters of all processes in order of arrival. A waiter that timed out or was cancelled takes none, nor does a
/// dead one: if a process dies with a notification, the next waiter gets it. If the lock's holder dies, a wait reacquires the lock with an
/// <see cref="AbandonedLockException"/>. A wait sleeps in the kernel, so an interrupt of its thread takes up to 50 ms to take effect.
/// </para>
/// <para>
/// Over a <see cref="Lock"/> it can be blocked on and awaited; over an <see cref="RLock"/>, the default, the awaiting shapes throw
/// <see cref="NotSupportedException"/>. Python counterpart: <c>multiprocessing.Condition</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Condition : IPredicateCondition, IScoped, IShared<Condition>, IClosable
{
    internal const int WaitersAt = SharedLockCore.Bytes;   // after its own lock, if it has one

    private readonly Segment _segment;
    private readonly IConditionLock _lock;
    private readonly IShared? _companion;   // the lock, if it is not in the segment
    private readonly bool _ownsLock;
    private readonly SharedConditionCore _waiters;
    private volatile bool _isDisposed;      // written by Close

    /// <inheritdoc cref="Threading.Condition()"/>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Condition()
        : this(CreateSegment(), null, ownsLock: true)
    {
    }

    /// <summary>Creates a condition over the given lock, which other conditions may use too.</summary>
    /// <param name="mutex">The lock that is released while waiting. The caller remains responsible for closing it.</param>
    /// <exception cref="ArgumentNullException">There is no lock.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Condition(Lock mutex)
        : this(SegmentFor(mutex), mutex, ownsLock: false)
    {
    }

    /// <inheritdoc cref="Condition(Lock)"/>
    public Condition(RLock mutex)
        : this(SegmentFor(mutex), mutex, ownsLock: false)
    {
    }

    private Condition(Segment segment, IShared? companion, bool ownsLock)
    {
        _segment = segment;
        _companion = companion;
        _ownsLock = ownsLock;
        _lock = (IConditionLock?)companion ?? new RLock(segment, 0);
        _waiters = new SharedConditionCore(segment, WaitersAt);
    }

    /// <inheritdoc/>
    public bool Locked => _lock.Locked;

    internal int WaiterCount => _waiters.WaiterCount;

    internal ILock Mutex => _lock;

    IConditionLock IPredicateCondition.Mutex => _lock;

    Segment IShared.Segment => _segment;

    bool IShared.IsClosed => _isDisposed;

    IShared? IShared.Companion => _companion;

    static Condition IShared<Condition>.Over(Segment segment) => new(segment, null, ownsLock: true);

    static Condition IShared<Condition>.Over(Segment segment, IShared companion) => new(segment, companion, ownsLock: true);

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
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(_lock, token);

    /// <inheritdoc/>
    /// <inheritdoc cref="Acquire(CancellationToken)" path="/exception"/>
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
        using Segment.Usage kept = _segment.Use(this);
        _waiters.Notify(n);
    }

    /// <inheritdoc/>
    public void NotifyAll() => Notify(int.MaxValue);

    /// <summary>The lock's state, and how many waiters there are.</summary>
    public override string ToString() => StateText.Of(this, nameof(Condition), WaiterCount);

    /// <summary>
    /// Ends this process's use of the condition, and of the lock if it is the condition's own. Other processes keep both. May be called
    /// again, and need not be called: the garbage collector does it too.
    /// </summary>
    /// <inheritdoc cref="Lock.Close" path="/remarks"/>
    public void Close()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            if (_ownsLock)
            {
                ((IClosable)_lock).Close();
            }

            _segment.Release();
        }
    }
}
