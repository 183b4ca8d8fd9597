namespace Braid.Checking.Engine;

/// <summary>The time of a run. It stands still while the program runs, and moves when the scheduler says so.</summary>
/// <remarks>
/// <para>
/// Each reading costs a microsecond, and more and more in a run that reads on and on, so that a loop that works until a time has come ends.
/// </para>
/// <para>
/// No program may rely on which of two alarms rings first when they are due at nearly the same time: a real system promises neither order. So when the
/// clock moves, it opens a window: all alarms that were set by then and are due within it may ring now, in any order, one by one, and the scheduler
/// chooses. The window reaches as far beyond the first alarm as an eighth of the time that passes until then, but at least a millisecond
/// and at most the tick of a coarse system timer. Programs that order their steps by sleeping for clearly different times are so taken at their word.
/// </para>
/// </remarks>
internal sealed class VirtualClock
{
    private const int ReadingsPerDoubling = 64;
    private const long LongestReading = 10 * TimeSpan.TicksPerMillisecond;
    private const long ShortestWindow = TimeSpan.TicksPerMillisecond;
    private const long LongestWindow = 16 * TimeSpan.TicksPerMillisecond;
    private const int WindowFraction = 8;

    /// <summary>The same moment in every run: what a program does with the date must not differ.</summary>
    private static readonly DateTime s_start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly PriorityQueue<Alarm, (long Due, long Order)> _alarms = new();
    private readonly HashSet<Alarm> _cancelled = [];
    private long _order;
    private int _readings;
    private bool _wasRead;
    private (long Due, long Order) _window;

    /// <summary>This run has set an alarm or read the time.</summary>
    public bool WasUsed => _order > 0 || _readings > 0;

    /// <summary>Ticks since the run began.</summary>
    public long Now { get; private set; }

    public DateTime UtcNow => s_start.AddTicks(Now);

    /// <summary>What a reading gives: the time passes by a microsecond, which doubles after each so many readings.</summary>
    public long Read()
    {
        _wasRead = true;
        int doublings = Math.Min(_readings++ / ReadingsPerDoubling, 20);
        return Now += Math.Min(TimeSpan.TicksPerMicrosecond << doublings, LongestReading);
    }

    /// <summary>Threads do nothing but look whether something has changed: the longer, the faster the time passes.</summary>
    /// <param name="times">How often in succession; that many milliseconds pass, 100 at most.</param>
    public void PassIdly(int times)
    {
        _wasRead = true;
        Now += Math.Min(times, 100) * TimeSpan.TicksPerMillisecond;
    }

    /// <summary>Rings what readings have passed: a thread that looks at the clock until a time comes must not be alone with it.</summary>
    public void RingPassed()
    {
        if (_wasRead)
        {
            _wasRead = false;
            RingUntil(Now - 1);
        }
    }

    /// <param name="after">Ticks from now.</param>
    /// <param name="ring">What happens; it may only change who can go on.</param>
    public Alarm Set(long after, Action ring)
    {
        // So long that nobody lives to see it: the sum must not wrap around.
        long due = after > long.MaxValue / 2 ? long.MaxValue / 2 : Now + Math.Max(after, 0);
        var alarm = new Alarm(due, _order++, ring);
        _alarms.Enqueue(alarm, (alarm.Due, alarm.Order));
        return alarm;
    }

    public void Cancel(Alarm alarm) => _cancelled.Add(alarm);

    /// <summary>Nobody can go on: opens the window around the next alarm, which <see cref="MayRing"/> tells of.</summary>
    /// <returns>False when there is no alarm.</returns>
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

    /// <summary>Whether the alarm may ring now, though time does not race.</summary>
    public bool MayRing(Alarm alarm) => alarm.Due <= _window.Due && alarm.Order < _window.Order;

    /// <summary>Rings one alarm that may ring now, before others that may as well.</summary>
    public void Ring(Alarm alarm)
    {
        _cancelled.Add(alarm);
        Now = Math.Max(Now, alarm.Due);
        alarm.Ring();
    }

    /// <summary>Threads work on and on: one that works until a time has come, or until another stops it after a while, must come to its end.</summary>
    /// <param name="steps">How many steps longer the run is than most are: so many tenths of a microsecond pass. 10,000 steps make five seconds.</param>
    public void PassInLongRun(int steps)
    {
        if (steps > 0)
        {
            _wasRead = true;
            Now += steps;
        }
    }

    /// <summary>Moves to the moment of one alarm; all that are due before ring first, and those of the same moment may ring later.</summary>
    public void AdvanceTo(Alarm alarm)
    {
        RingUntil(alarm.Due - 1);
        if (!_cancelled.Contains(alarm))
        {
            Ring(alarm);
        }
    }

    /// <summary>The next run.</summary>
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
