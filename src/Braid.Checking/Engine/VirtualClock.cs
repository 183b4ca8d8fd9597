namespace Braid.Checking.Engine;

/// <summary>The time of a run. It stands still while the program runs, and moves when the scheduler says so.</summary>
/// <remarks>
/// <para>
/// Each reading advances the time by a microsecond, and by more and more in a run that keeps reading, so that a loop that works until some
/// time ends.
/// </para>
/// <para>
/// No program may rely on the order of two alarms that are due at nearly the same time: a real system promises none. So when the clock
/// moves, it opens a window: all alarms that were set by then and are due within it may ring now, in any order, one by one, and the
/// scheduler chooses. The window extends beyond the first alarm by an eighth of the time until that alarm, but by at least a millisecond
/// and at most the tick of a coarse system timer. So a program that orders its steps by sleeping for clearly different times gets that
/// order.
/// </para>
/// </remarks>
internal sealed class VirtualClock
{
    private const int ReadingsPerDoubling = 64;
    private const long LongestReading = 10 * TimeSpan.TicksPerMillisecond;
    private const long ShortestWindow = TimeSpan.TicksPerMillisecond;
    private const long LongestWindow = 16 * TimeSpan.TicksPerMillisecond;
    private const int WindowFraction = 8;

    /// <summary>The date at which every run begins, so that a program that uses the date does the same in each.</summary>
    private static readonly DateTime s_start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly PriorityQueue<Alarm, (long Due, long Order)> _alarms = new();
    private readonly HashSet<Alarm> _cancelled = [];
    private long _order;
    private int _readings;
    private bool _wasRead;
    private (long Due, long Order) _window;

    /// <summary>Whether this run has set an alarm or read the time.</summary>
    public bool WasUsed => _order > 0 || _readings > 0;

    /// <summary>Ticks since the run began.</summary>
    public long Now { get; private set; }

    public DateTime UtcNow => s_start.AddTicks(Now);

    /// <summary>
    /// Reads the time, which advances by a microsecond; that step doubles after every <see cref="ReadingsPerDoubling"/> readings.
    /// </summary>
    public long Read()
    {
        _wasRead = true;
        int doublings = Math.Min(_readings++ / ReadingsPerDoubling, 20);
        return Now += Math.Min(TimeSpan.TicksPerMicrosecond << doublings, LongestReading);
    }

    /// <summary>
    /// Advances the time while threads only check whether something has changed; the longer they do, the faster it passes.
    /// </summary>
    /// <param name="times">The number of checks in a row: as many milliseconds pass, at most 100.</param>
    public void PassIdly(int times)
    {
        _wasRead = true;
        Now += Math.Min(times, 100) * TimeSpan.TicksPerMillisecond;
    }

    /// <summary>
    /// Rings the alarms that readings have passed: other threads must make progress while one reads the clock until some time.
    /// </summary>
    public void RingPassed()
    {
        if (_wasRead)
        {
            _wasRead = false;
            RingUntil(Now - 1);
        }
    }

    /// <param name="after">Ticks from now.</param>
    /// <param name="ring">Called by the scheduler; it may only change which threads are enabled.</param>
    public Alarm Set(long after, Action ring)
    {
        // Caps a long time, so that the sum does not overflow.
        long due = after > long.MaxValue / 2 ? long.MaxValue / 2 : Now + Math.Max(after, 0);
        var alarm = new Alarm(due, _order++, ring);
        _alarms.Enqueue(alarm, (alarm.Due, alarm.Order));
        return alarm;
    }

    public void Cancel(Alarm alarm) => _cancelled.Add(alarm);

    /// <summary>Opens the window at the next alarm, because no thread is enabled; <see cref="MayRing"/> reports the alarms in it.</summary>
    /// <returns>False if there is no alarm.</returns>
    public bool OpenWindow()
    {
        Sweep();
        if (!_alarms.TryPeek(out Alarm? next, out _))
        {
            return false;
        }

        long reach = Math.Clamp((next.Due - Now) / WindowFraction, ShortestWindow, LongestWindow);
        _window = (next.Due + reach, _order);
        return true;
    }

    /// <summary>Whether the alarm is in the window, so that it may ring now even if the clock does not race.</summary>
    public bool MayRing(Alarm alarm) => alarm.Due <= _window.Due && alarm.Order < _window.Order;

    /// <summary>Rings one alarm of the window before the others.</summary>
    public void Ring(Alarm alarm)
    {
        _cancelled.Add(alarm);
        Now = Math.Max(Now, alarm.Due);
        alarm.Ring();
    }

    /// <summary>
    /// Advances the time in a very long run, so that a thread ends that works until some time, or until another thread stops it after a
    /// while.
    /// </summary>
    /// <param name="steps">
    /// The number of steps beyond the usual length of a run: as many ticks pass. 10,000 steps add up to five seconds.
    /// </param>
    public void PassInLongRun(int steps)
    {
        if (steps > 0)
        {
            _wasRead = true;
            Now += steps;
        }
    }

    /// <summary>
    /// Advances the time to one alarm and rings it; alarms due earlier ring first, and others due at the same time may ring later.
    /// </summary>
    public void AdvanceTo(Alarm alarm)
    {
        RingUntil(alarm.Due - 1);
        if (!_cancelled.Contains(alarm))
        {
            Ring(alarm);
        }
    }

    /// <summary>Prepares for the next run.</summary>
    public void Reset()
    {
        _alarms.Clear();
        _cancelled.Clear();
        _order = 0;
        _readings = 0;
        _wasRead = false;
        _window = default;
        Now = 0;
    }

    private void RingUntil(long due)
    {
        while (_alarms.TryPeek(out Alarm? next, out _) && next.Due <= due)
        {
            _alarms.Dequeue();
            if (_cancelled.Remove(next))
            {
                continue;
            }

            Now = Math.Max(Now, next.Due);
            next.Ring();
        }
    }

    private void Sweep()
    {
        while (_alarms.TryPeek(out Alarm? next, out _) && _cancelled.Remove(next))
        {
            _alarms.Dequeue();
        }
    }
}
