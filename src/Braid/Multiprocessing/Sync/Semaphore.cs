using Braid.Threading;

namespace Braid.Multiprocessing;

/// <summary>
/// A number of permits for several processes. Acquiring takes one, and waits until there is one; releasing gives permits back.
/// </summary>
/// <remarks>
/// <para>
/// Passed to another process it is the same semaphore there. It knows how many permits each process has acquired and not released; when a
/// process dies, waiters release its permits, within 100 ms while its parent lives. Releasing reduces the account of the process that
/// releases, and if that is empty, the account of another; so one process may acquire and another release, and no death creates more
/// permits than were put in.
/// </para>
/// <para>
/// Awaiting callers of one process are served strictly in order. Between processes, and among blocked threads, there is no order. A blocked
/// wait sleeps in the kernel, so an interrupt of its thread takes up to 50 ms to take effect. Everything written before
/// <see cref="Release"/> is visible to the callers that it lets acquire. Python counterpart: <c>multiprocessing.Semaphore</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public class Semaphore : ISemaphore, IAwaited, IScoped, IShared<Semaphore>, IClosable
{
    private readonly Segment _segment;
    private readonly SharedPermits _permits;
    private AwaitingLine<SharedPermits.Rule>? _line;   // set once, by the first that awaits
    private volatile bool _isDisposed;                 // written by Close

    /// <inheritdoc cref="Threading.Semaphore(int)"/>
    /// <exception cref="PlatformNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="IOException">The system refuses the memory.</exception>
    public Semaphore(int value = 1)
        : this(value, int.MaxValue)
    {
    }

    private protected Semaphore(int value, int limit)
        : this(CreateFor(value)) => _permits.Initialize(value, limit);

    private protected Semaphore(Segment segment)
    {
        _segment = segment;
        _permits = new SharedPermits(segment);
    }

    /// <inheritdoc/>
    public int Value => _permits.Value;

    /// <inheritdoc/>
    public bool Locked => Value == 0;

    internal int WaiterCount => _permits.WaiterCount + (_line?.CountBehindHead ?? 0);

    Segment IShared.Segment => _segment;

    bool IShared.IsClosed => _isDisposed;

    /// <summary>The maximum number of permits.</summary>
    private protected int Limit => _permits.Limit;

    /// <summary>The limit to display, if there is one.</summary>
    private protected virtual int? ShownLimit => null;

    static Semaphore IShared<Semaphore>.Over(Segment segment) => new(segment);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the semaphore.</exception>
    public void Acquire(CancellationToken token = default) => TryAcquire(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the semaphore.</exception>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default)
    {
        var deadline = Deadline.After(timeout);
        token.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        if (_permits.TryTakeNow() || (!deadline.HasPassed && _permits.TryTakeSpinning()))
        {
            return true;
        }

        var rule = new SharedPermits.Rule(_permits);
        return SharedWait.Wait(this, ref rule, deadline, token);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the semaphore.</exception>
    public ValueTask AcquireAsync(CancellationToken token = default) => AwaitingShapes.WaitAsync(this, token);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the semaphore.</exception>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) =>
        AwaitingShapes.TryWaitAsync(this, timeout, token);

    /// <inheritdoc/>
    /// <remarks>Waits for nothing but the few instructions of others inside.</remarks>
    /// <exception cref="ObjectDisposedException">This process has closed the semaphore.</exception>
    public void Release(int n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        int sleepers = _permits.Give(n);
        if (_line is { IsEmpty: false } line)
        {
            line.Pump();
        }

        _permits.Wake(sleepers);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the semaphore.</exception>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">This process has closed the semaphore.</exception>
    public ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default) => AsyncScope.EnterAsync(this, AcquireAsync(token));

    /// <summary>The number of free permits, and how many callers wait.</summary>
    public override string ToString() => StateText.Of(this, ShownLimit, WaiterCount);

    /// <summary>
    /// Ends this process's use of the semaphore; its permits are not given back. Other processes keep it. May be called again, and need not
    /// be called: the garbage collector does it too.
    /// </summary>
    /// <remarks>
    /// There is no <c>Dispose</c>, so that <c>using (semaphore)</c>, which would take no permit, does not compile: write <c>using
    /// (semaphore.EnterScope())</c>.
    /// </remarks>
    public void Close()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _segment.Release();
        }
    }

    void IScoped.Release() => Release();

    private static Segment CreateFor(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return Segment.Create(SegmentKind.Semaphore, SharedPermits.Bytes);
    }

    SignalWaiter IAwaited.Enqueue(TimeSpan timeout, CancellationToken token)
    {
        _line ??= AwaitingLine<SharedPermits.Rule>.Of(this);
        return _line.Enqueue(new SharedPermits.Rule(_permits), timeout, token);
    }

    bool IAwaited.TryNowForAwaiter() => _line is not { IsEmpty: false } && TryTakeNow();

    private bool TryTakeNow()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using Segment.Usage kept = _segment.Use(this);
        return _permits.TryTakeNow();
    }
}
