namespace Braid.Tests;

/// <summary>A clock that goes on only when a test says so.</summary>
public sealed class HandSetClock : TimeProvider
{
    private readonly System.Threading.Lock _gate = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    /// <summary>How many of its timers are to ring.</summary>
    public int AlarmCount
    {
        get
        {
            lock (_gate)
            {
                return _alarms.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>Lets time pass, and whatever falls due meanwhile happen.</summary>
    public void Advance(TimeSpan time)
    {
        Alarm[] due;
        lock (_gate)
        {
            _now += time;
            due = [.. _alarms.Where(alarm => alarm.At <= _now)];
            _alarms.RemoveAll(alarm => alarm.At <= _now);
        }

        foreach (Alarm alarm in due)
        {
            alarm.Ring();
        }
    }

    private sealed class Alarm(HandSetClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset At { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    At = dueTime < DateTimeOffset.MaxValue - clock._now ? clock._now + dueTime : DateTimeOffset.MaxValue;
                    clock._alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
