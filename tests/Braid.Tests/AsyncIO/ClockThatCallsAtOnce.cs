namespace Braid.Tests;

/// <summary>A clock whose timers call back inside the call that sets them to zero, as a clock for tests may.</summary>
public sealed class ClockThatCallsAtOnce : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Alarm(() => callback(state));

    private sealed class Alarm(Action callback) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.Zero)
            {
                callback();
            }

            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
