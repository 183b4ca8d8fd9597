namespace Braid.AsyncIO;

/// <summary>
/// One setting of a time limit: it calls back once when its time is up, unless it was stopped. The kernel's timeout thread keeps the
/// system's time; another clock's timers keep that of that clock.
/// </summary>
internal sealed class Countdown : ITimed
{
    private readonly Action<Countdown> _onTimeUp;
    private readonly ClockTimer? _timer;     // null: the system's clock

    /// <param name="clock">The clock.</param>
    /// <param name="delay">How long, from now.</param>
    /// <param name="onTimeUp">Called on the timeout thread, or by the clock: short, and without user code.</param>
    public Countdown(TimeProvider clock, TimeSpan delay, Action<Countdown> onTimeUp)
    {
        _onTimeUp = onTimeUp;
        Deadline = Deadline.After(delay < TimeSpan.Zero ? TimeSpan.Zero : delay);
        _timer = clock == TimeProvider.System ? null : new ClockTimer(clock, delay, OnTimeUp);
    }

    /// <inheritdoc/>
    public Deadline Deadline { get; }

    /// <inheritdoc/>
    public int TimeoutIndex { get; set; } = ITimed.NotSet;

    /// <inheritdoc/>
    public void OnTimeUp() => _onTimeUp(this);

    public void Start()
    {
        if (_timer is null)
        {
            TimeoutThread.Set(this);
        }
        else
        {
            _timer.Start();
        }
    }

    public void Stop()
    {
        if (_timer is null)
        {
            TimeoutThread.Remove(this);
        }
        else
        {
            _timer.Dispose();
        }
    }
}
