using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The virtual time of the run, for .NET's own code that takes a time provider.</summary>
internal sealed class VirtualTimeProvider : TimeProvider
{
    private static readonly VirtualTimeProvider s_instance = new();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The provider whose timers to use instead of the given one's.</summary>
    public static TimeProvider For(TimeProvider given) => given is null || TimeProviderHooks.MakesTimers(given) ? given! : s_instance;

    public override DateTimeOffset GetUtcNow() => new(ControlledThread.Current!.Execution.Clock.UtcNow);

    public override long GetTimestamp() => ControlledThread.Current!.Execution.Clock.Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ControlledThread thread = ControlledThread.Current!;
        var resource = new TimerResource(callback, state, ExecutionContext.Capture()) { Id = ++thread.Execution.NextResourceId };
        var timer = new VirtualTimer(resource);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Changed only by .NET's code, in the middle of a step; so nothing here is a step of its own.</summary>
    private sealed class VirtualTimer(TimerResource timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            ControlledThread.Current is { Execution.Ending: false } thread
            && timer.Change(thread, Delay.From(dueTime).Ticks, Delay.From(period).Ticks, thread.StartSite);

        public void Dispose()
        {
            if (ControlledThread.Current is { Execution.Ending: false } thread)
            {
                timer.Close(thread);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
