namespace Braid.Checking.Engine;

/// <summary>The time of a run. It stands still while the program runs, and moves when the scheduler says so.</summary>
/// <remarks>Each reading costs a microsecond, so that a loop that waits for a time to come ends.</remarks>
internal sealed class VirtualClock
{
    /// <summary>The same moment in every run: what a program does with the date must not differ.</summary>
    private static readonly DateTime s_start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly PriorityQueue<Alarm, (long Due, long Order)> _alarms = new();
    private readonly HashSet<Alarm> _cancelled = [];
    private long _order;
    private bool _wasRead;

    /// <summary>Ticks since the run began.</summary>
    public long Now { get; private set; }

    public DateTime UtcNow => s_start.AddTicks(Now);

    /// <summary>What a reading gives: the time passes by a microsecond.</summary>
    public long Read()
    {
        _wasRead = true;
        return Now += TimeSpan.TicksPerMicrosecond;
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
            RingUntil(Now - 1, onlyFirst: false);
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

    /// <summary>Moves to the next alarm and rings it.</summary>
    /// <returns>False when there is none.</returns>
    public bool Advance()
    {
        Sweep();
        if (!_alarms.TryPeek(out Alarm? next, out _))
        {
            return false;
        }

        RingUntil(next.Due, onlyFirst: true);
        return true;
    }

    /// <summary>Moves to the moment of one alarm; all that are due before ring first.</summary>
    public void AdvanceTo(Alarm alarm) => RingUntil(alarm.Due, onlyFirst: false);

    /// <summary>The next run.</summary>
    public void Reset()
    {
        _alarms.Clear();
        _cancelled.Clear();
        _order = 0;
        _wasRead = false;
        Now = 0;
    }

    private void RingUntil(long due, bool onlyFirst)
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
            if (onlyFirst)
            {
                return;
            }
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
