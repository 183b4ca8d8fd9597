using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// The checker's side of a cancellation source: which thread cancels it, when its delay expires, and which callback is running.
/// </summary>
/// <remarks>
/// The real source does the work: it keeps the registrations and calls their callbacks on the thread that cancels, in its own order. It
/// holds none of its locks while a callback runs, so a switch inside a callback is harmless. What would wait natively is done here: delays,
/// and the disposal of a registration whose callback is running on another thread.
/// </remarks>
internal sealed class TokenSource : Resource
{
    private readonly Dictionary<CancellationTokenRegistration, CallbackRun> _runs = [];
    private int _changes;
    private DueThread? _delay;
    private ITimer? _timer;     // of a time provider of the program, in place of the delay
    private bool _hasExpired;   // a delay has, and may not have cancelled the source yet
    private bool _isClosed;     // cancelled or disposed: a delay that has expired by then does nothing

    public override string Noun => "cancellation";

    /// <summary>Sources whose cancellation cancels this one too.</summary>
    public List<TokenSource> Parents { get; } = [];

    public static TokenSource Of(ControlledThread thread, CancellationTokenSource source) =>
        thread.Execution.Resources.Get(source ?? throw new NullReferenceException(), thread.Execution, static _ => new TokenSource());

    /// <summary>The source of a token; null for a token that can never be cancelled.</summary>
    public static TokenSource? Of(ControlledThread thread, ref CancellationToken token) =>
        token.CanBeCanceled ? Of(thread, CancellationTokenHooks.SourceOf(ref token)!) : null;

    /// <summary>A scheduling point before a check of the token, which learns what was done before the cancellation.</summary>
    public void Check(ControlledThread thread, int site)
    {
        if (thread.NoSwitch == 0 && thread.IsSpinningOn(this, _changes, site))
        {
            thread.Execution.OnYield(thread);
        }

        thread.Step(OperationKind.Read, this, site);
        LearnBy(thread);
    }

    /// <summary>Called when the thread is about to cancel the source.</summary>
    public void Cancelling(ControlledThread thread, int site)
    {
        thread.Execution.Find(Points.OfCancellation);
        thread.Step(OperationKind.Signal, this, site);
        _changes++;
        ReleaseBy(thread);
    }

    /// <summary>Called when all callbacks have returned: whoever checks the token from now on knows what they did.</summary>
    public void Cancelled(ControlledThread thread)
    {
        if (!thread.Execution.Ending)
        {
            ReleaseBy(thread);
        }
    }

    /// <summary>Cancels the source after that time; replaces an earlier delay.</summary>
    public void CancelAfter(ControlledThread thread, CancellationTokenSource source, Delay delay, int site)
    {
        ReleaseBy(thread);
        if (_timer is not null)
        {
            TimerHooks.Change(_timer, TimeSpan.FromMilliseconds(delay.Milliseconds), Timeout.InfiniteTimeSpan, thread, site);
            return;
        }

        StopDelay();
        if (delay.TimerTicks != Time.Infinite)
        {
            _delay = DueThread.Start(thread, delay.TimerTicks, _ => CancelNow(source, site), site, "timer");
        }
    }

    /// <summary>Makes the provider's timer the one that cancels the source.</summary>
    public void SetTimer(ControlledThread thread, CancellationTokenSource source, TimeProvider provider, TimeSpan delay, int site)
    {
        ReleaseBy(thread);
        using (ExecutionContext.SuppressFlow())
        {
            _timer = TimeProviderHooks.CreateTimer(
                provider, _ => CancelNow(source, site), null, delay, Timeout.InfiniteTimeSpan, thread, site);
        }
    }

    /// <returns>False if a delay may still cancel the source: .NET does not know that of a provider's timer.</returns>
    public bool TryStopDelay()
    {
        StopDelay();
        return _timer is null && !_hasExpired;
    }

    public void Close(ControlledThread thread, int site)
    {
        _isClosed = true;
        StopDelay();
        if (Interlocked.Exchange(ref _timer, null) is { } timer)
        {
            DisposableHooks.Dispose(timer, thread, site);
        }
    }

    public void Add(CancellationTokenRegistration registration, CallbackRun run)
    {
        if (!run.HasEnded)
        {
            _runs[registration] = run;
        }
    }

    /// <summary>The callback of a registration that is running or has run on another thread; null if there is none.</summary>
    public CallbackRun? FindBegunElsewhere(ControlledThread thread, CancellationTokenRegistration registration) =>
        _runs.TryGetValue(registration, out CallbackRun? run) && run.HasBegun && run.Runner != thread ? run : null;

    public void LearnBy(ControlledThread thread)
    {
        AcquireBy(thread);
        foreach (TokenSource parent in Parents)
        {
            parent.LearnBy(thread);
        }
    }

    /// <summary>
    /// Called when a delay expires, perhaps one that another has replaced by now: .NET's timer does not take back a call that it has begun.
    /// </summary>
    private void CancelNow(CancellationTokenSource source, int site)
    {
        if (!_isClosed && ControlledThread.AtHook() is { } thread)
        {
            AcquireBy(thread);
            CancellationTokenSourceHooks.CancelDue(thread, source, site);
        }
    }

    private void StopDelay()
    {
        _hasExpired |= _delay is { IsDue: true };
        _delay?.Withdraw();
        _delay = null;
    }
}
