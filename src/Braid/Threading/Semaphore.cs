namespace Braid.Threading;

/// <summary>A number of permits. Acquiring takes one, and waits until there is one; releasing gives permits back.</summary>
/// <remarks>
/// Awaiting callers are served strictly in order of arrival; a blocked thread may be overtaken by a running one a few times, never
/// indefinitely. Interrupting the thread also ends a blocked wait, which has then taken nothing, with
/// <see cref="ThreadInterruptedException"/>. Everything written before <see cref="Release"/> is visible to the callers that it lets
/// acquire. Python counterpart: <c>threading.Semaphore</c>, <c>asyncio.Semaphore</c>.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public class Semaphore : ISemaphore, IAwaited, IScoped
{
    private readonly WaitQueue _waiters;
    private int _value;                    // guarded by the waiters' gate; a spinning thread reads it

    // Orders: _value changes under the gate of the waiters. A read without it, by a spinning thread or the property, is only a reason to
    // enter the gate.

    /// <summary>Creates a semaphore with the given number of permits.</summary>
    /// <param name="value">The initial number of permits; 0 or more, 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is negative.</exception>
    public Semaphore(int value = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        _value = value;
        _waiters = new WaitQueue(new Gate(), this);
    }

    /// <inheritdoc/>
    public int Value => Volatile.Read(ref _value);

    /// <inheritdoc/>
    public bool Locked => Value == 0;

    internal int WaiterCount => _waiters.WaiterCount;

    /// <summary>The maximum number of permits.</summary>
    private protected virtual int Limit => int.MaxValue;

    /// <inheritdoc/>
    public void Acquire(CancellationToken token = default) => TryAcquire(Timeout.InfiniteTimeSpan, token);

    /// <inheritdoc/>
    public bool TryAcquire(TimeSpan timeout = default, CancellationToken token = default)
    {
        Deadline.Check(timeout);
        token.ThrowIfCancellationRequested();
        var rule = new Rule(this);
        return _waiters.TryNow(ref rule) || (timeout != TimeSpan.Zero && _waiters.Wait(ref rule, Deadline.After(timeout), token));
    }

    /// <inheritdoc/>
    public ValueTask AcquireAsync(CancellationToken token = default) => AwaitingShapes.WaitAsync(this, token);

    /// <inheritdoc/>
    public ValueTask<bool> TryAcquireAsync(TimeSpan timeout, CancellationToken token = default) =>
        AwaitingShapes.TryWaitAsync(this, timeout, token);

    /// <inheritdoc/>
    public void Release(int n = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var rule = new Rule(this);
        using Gate.Scope held = _waiters.Gate.Enter();
        if (n > Limit - _value)
        {
            throw new SemaphoreFullException(
                $"Releasing {n} would make {(long)_value + n} permits of at most {Limit}: it was released more often than acquired.");
        }

        Volatile.Write(ref _value, _value + n);
        _waiters.ServeHead(ref rule);
    }

    /// <inheritdoc/>
    public Scope EnterScope(CancellationToken token = default) => Scope.Enter(this, token);

    /// <inheritdoc/>
    public ValueTask<AsyncScope> EnterScopeAsync(CancellationToken token = default) => AsyncScope.EnterAsync(this, AcquireAsync(token));

    /// <summary>The number of free permits, and how many callers wait.</summary>
    public override string ToString() => StateText.Of(this, ShownLimit, WaiterCount);

    /// <summary>The limit to display, if there is one.</summary>
    private protected virtual int? ShownLimit => null;

    void IScoped.Release() => Release();

    bool IAwaited.TryNowForAwaiter()
    {
        var rule = new Rule(this);
        return _waiters.TryNowAwaiting(ref rule);
    }

    SignalWaiter IAwaited.Enqueue(TimeSpan timeout, CancellationToken token)
    {
        SignalWaiter waiter = SignalWaiter.Rent();
        var rule = new Rule(this);
        _waiters.WaitAsync(waiter, ref rule, timeout, token);
        return waiter;
    }

    private readonly struct Rule(Semaphore semaphore) : IRule
    {
        public bool KeepsOrder => true;

        public bool LooksReady() => semaphore.Value > 0;

        public bool TryTake(bool othersWait)
        {
            if (semaphore._value == 0)
            {
                return false;
            }

            Volatile.Write(ref semaphore._value, semaphore._value - 1);
            return true;
        }

        public bool TryServe(AsyncWaiter waiter, bool othersWait) => TryTake(othersWait);

        public bool CanTake() => semaphore._value > 0;
    }
}
