namespace Braid.Waiting;

/// <summary>
/// Calls back once, when a clock of the program's reaches a time, even one that is further off than the clock's timers can measure.
/// </summary>
/// <remarks>
/// It waits step by step. A clock may jump far ahead in one step, and a clock that only has timers may not tell the time at all.
/// </remarks>
internal sealed class ClockTimer : IDisposable
{
    /// <summary>The longest delay that a clock's timers accept; they count milliseconds in 32 bits.</summary>
    private static readonly TimeSpan s_longestStep = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly TimeProvider _clock;
    private readonly TimeSpan _delay;
    private readonly Action _onDue;
    private readonly ITimer _timer;
    private readonly long _since;
    private TimeSpan _waited;            // by the thread that starts it, then by one callback after another, like the next field
    private TimeSpan _step;
    private int _wasDue;                 // by exchange: 1 once it was due, so that it calls back once

    /// <summary>Creates a timer; the delay begins now.</summary>
    public ClockTimer(TimeProvider clock, TimeSpan delay, Action onDue)
    {
        _clock = clock;
        _delay = delay;
        _onDue = onDue;
        _since = clock.GetTimestamp();
        _timer =
            clock.CreateTimer(static timer => ((ClockTimer)timer!).OnStepOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A clock may call back at once, inside this call.</summary>
    public void Start() => Step(_delay);

    public void Dispose() => _timer.Dispose();

    private void Step(TimeSpan left)
    {
        _step = left < TimeSpan.Zero ? TimeSpan.Zero : left < s_longestStep ? left : s_longestStep;
        _timer.Change(_step, Timeout.InfiniteTimeSpan);
    }

    private void OnStepOver()
    {
        _waited += _step;
        TimeSpan elapsed = _clock.GetElapsedTime(_since);
        _waited = elapsed > _waited ? elapsed : _waited;
        if (_waited < _delay)
        {
            Step(_delay - _waited);
        }
        else if (Interlocked.Exchange(ref _wasDue, 1) == 0)   // callbacks of a timer may overlap: one of them is the first
        {
            _onDue();
        }
    }
}
