using Braid.Futures;

namespace Braid.AsyncIO;

/// <summary>
/// A time limit for a piece of async code: when it is up, the limit's token cancels the code, and a <see cref="TimeoutException"/> is
/// thrown.
/// </summary>
/// <remarks>
/// <code>
/// await new AsyncIO.Timeout(TimeSpan.FromSeconds(2)).RunAsync(async timeout =&gt;
/// {
///     await Work(timeout.Token);
/// });
/// </code>
/// <para>
/// It never abandons the code: it ends when the code ends, so code that does not check the token is waited for. Its own expiry is
/// distinguished from everything else: if a cancellation came from outside too, or the code fails with an exception of its own, that is
/// thrown; if the code nevertheless succeeds, its result counts, and <see cref="Expired"/> is true.
/// </para>
/// <para>
/// A limit or a <see cref="TaskGroup"/> around it cancels it too, without a token being passed on. Works inside and outside of an
/// <see cref="EventLoop"/>. Python counterpart: <c>asyncio.timeout</c>.
/// </para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Timeout
{
    private readonly Gate _gate = new();
    private readonly CancellationToken _outer;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stop;           // needs no disposal, and may be cancelled after the end
    private Countdown? _countdown;                // guarded by _gate, like every field below; the current one, if there is a limit
    private TimeSpan? _delay;                     // as last set, counted from _since
    private long _since;
    private bool _wasEntered;
    private bool _hasEnded;
    private bool _hasExpired;

    /// <summary>Creates a limit; the time runs from <see cref="RunAsync(Func{Timeout, Task})"/> on.</summary>
    /// <param name="delay">
    /// How long the code may take; zero or less: its token is cancelled from the start; null: no limit, unless <see cref="Reschedule"/>
    /// sets one.
    /// </param>
    /// <param name="token">Cancels the code too; an <see cref="OperationCanceledException"/> is then thrown.</param>
    public Timeout(TimeSpan? delay, CancellationToken token = default)
        : this(delay, TimeProvider.System, token)
    {
    }

    /// <param name="delay">
    /// How long the code may take; zero or less: its token is cancelled from the start; null: no limit, unless <see cref="Reschedule"/>
    /// sets one.
    /// </param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="token">Cancels the code too; an <see cref="OperationCanceledException"/> is then thrown.</param>
    /// <exception cref="ArgumentNullException">There is no clock.</exception>
    /// <inheritdoc cref="Timeout(TimeSpan?, CancellationToken)" path="/summary"/>
    public Timeout(TimeSpan? delay, TimeProvider timeProvider, CancellationToken token = default)
        : this(new CancellationTokenSource(), delay, timeProvider, token)
    {
    }

    private Timeout(CancellationTokenSource stop, TimeSpan? delay, TimeProvider timeProvider, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _stop = stop;
        _delay = delay;
        _outer = token;
        _timeProvider = timeProvider;
    }

    /// <summary>
    /// Cancelled when the time is up, and when the outer token or an outer scope is: pass it to everything that waits inside.
    /// </summary>
    /// <remarks>
    /// When the time is up, its callbacks run on a thread of Braid's, or on that of another clock than the system's; their exceptions go to
    /// <see cref="Threading.Thread.ExceptHook"/>.
    /// </remarks>
    /// <exception cref="InvalidOperationException">It is not entered yet.</exception>
    public CancellationToken Token
    {
        get
        {
            using Gate.Scope held = _gate.Enter();
            return _wasEntered ? _stop.Token : throw NotEntered();
        }
    }

    /// <summary>How much time is left: zero when it is up, null when there is no limit.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            long now = _timeProvider.GetTimestamp();
            using Gate.Scope held = _gate.Enter();
            TimeSpan? left = _wasEntered ? _delay - _timeProvider.GetElapsedTime(_since, now) : _delay;
            return left < TimeSpan.Zero ? TimeSpan.Zero : left;
        }
    }

    /// <summary>Whether the time was up before the code had ended. It does not change afterwards.</summary>
    public bool Expired
    {
        get
        {
            using Gate.Scope held = _gate.Enter();
            return _hasExpired;
        }
    }

    /// <summary>Sets another limit, counted from now.</summary>
    /// <param name="delay">How much longer the code may take; zero or less: it is cancelled now; null: no limit.</param>
    /// <exception cref="InvalidOperationException">It is not entered yet, has ended, or the time is up already.</exception>
    public void Reschedule(TimeSpan? delay)
    {
        long now = _timeProvider.GetTimestamp();
        Countdown? next = NewCountdown(delay);
        Countdown? last;
        using (_gate.Enter())
        {
            if (!_wasEntered || _hasEnded || _hasExpired)
            {
                throw !_wasEntered ? NotEntered()
                    : _hasEnded ? new InvalidOperationException("The timeout has ended and cannot be rescheduled.")
                    : new InvalidOperationException("The timeout's time is up already; it cannot be rescheduled.");
            }

            _delay = delay;
            _since = now;
            last = _countdown;
            _countdown = next;
        }

        last?.Stop();
        Start(next);
    }

    /// <summary>Runs async code under the limit.</summary>
    /// <param name="body">The code; it is passed this limit, for its <see cref="Token"/>.</param>
    /// <returns>Done when the code has ended.</returns>
    /// <exception cref="ArgumentNullException">There is no code.</exception>
    /// <exception cref="InvalidOperationException">The limit was entered before: make a new one for each use.</exception>
    /// <exception cref="TimeoutException">
    /// The time was up, and the code ended because of that. The code's own exception is the inner one.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The outer token or an outer scope was cancelled, or something else cancelled the code before the time was up.
    /// </exception>
    /// <exception cref="Exception">Any other exception of the code.</exception>
    public Task RunAsync(Func<Timeout, Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunAsync<ValueTuple>(body.AwaitAsUnit);
    }

    /// <returns>The result of the code.</returns>
    /// <inheritdoc cref="RunAsync(Func{Timeout, Task})"/>
    public async Task<T> RunAsync<T>(Func<Timeout, Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Enter();
        CancellationTokenRegistration byOuter = CancelScope.CancelWith(_stop, _outer);
        var scope = CancelScope.Enter(_stop);
        try
        {
            return await body(this);
        }
        catch (OperationCanceledException exception)
        {
            if (Leave() && !_outer.IsCancellationRequested && !scope.IsCancelledFromOuter)
            {
                throw new TimeoutException($"The time was up: the limit was {Seconds(_delay)}.", exception);
            }

            scope.DeliverOuter();
            throw;
        }
        finally
        {
            Leave();
            _countdown?.Stop();
            scope.End();
            byOuter.Unregister();      // does not wait: a callback of the token may wait for the event loop
        }
    }

    /// <summary>The state, and the time left.</summary>
    public override string ToString()
    {
        string left = Remaining is { } remaining ? $"{Seconds(remaining)} left" : "no limit";
        using Gate.Scope held = _gate.Enter();
        return !_wasEntered ? "Timeout, created"
            : _hasEnded ? (_hasExpired ? "Timeout, expired" : "Timeout, finished")
            : _hasExpired ? "Timeout, expiring" : $"Timeout, active, {left}";
    }

    private static string Seconds(TimeSpan? delay) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{delay?.TotalSeconds ?? 0:0.###} s");

    private static InvalidOperationException NotEntered() => new("The timeout is not entered: this belongs inside RunAsync.");

    private void Enter()
    {
        long now = _timeProvider.GetTimestamp();
        Countdown? countdown = NewCountdown(_delay);
        using (_gate.Enter())
        {
            if (_wasEntered)
            {
                throw new InvalidOperationException("The timeout was entered before: make a new one for each use.");
            }

            _wasEntered = true;
            _countdown = countdown;
            _hasExpired = _delay <= TimeSpan.Zero;
            _since = now;
        }

        if (_delay <= TimeSpan.Zero)
        {
            _stop.Cancel();
        }
        else
        {
            Start(countdown);
        }
    }

    private Countdown? NewCountdown(TimeSpan? delay) => delay is { } limit ? new Countdown(_timeProvider, limit, Expire) : null;

    private void Start(Countdown? countdown)
    {
        countdown?.Start();
        bool isStale;
        using (_gate.Enter())
        {
            isStale = _hasEnded || _countdown != countdown;
        }

        if (isStale)
        {
            countdown?.Stop();     // it was rescheduled or ended meanwhile
        }
    }

    /// <summary>The time is up. Called on the timeout thread, which runs no user code, or by a clock of the program's.</summary>
    private void Expire(Countdown countdown)
    {
        using (_gate.Enter())
        {
            if (_hasEnded || _countdown != countdown)
            {
                return;
            }

            _hasExpired = true;
        }

        if (_timeProvider == TimeProvider.System)
        {
            CallbackThreads.Run(CancelTheCode);
        }
        else
        {
            CancelTheCode();
        }
    }

    private void CancelTheCode()
    {
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException exception)
        {
            CallbackThreads.Unhandled(exception);
        }
    }

    /// <returns>Whether the time was up before.</returns>
    private bool Leave()
    {
        using Gate.Scope held = _gate.Enter();
        _hasEnded = true;
        return _hasExpired;
    }
}
