namespace Braid.AsyncIO;

/// <summary>A callback that the loop is to run at a certain time, and that can still be cancelled.</summary>
/// <remarks>Python counterpart: <c>asyncio.TimerHandle</c>.</remarks>
public sealed class TimerHandle : Handle
{
    private readonly LoopTimers _timers;

    internal TimerHandle(Action callback, TimeSpan when, LoopTimers timers)
        : base(callback)
    {
        When = when;
        _timers = timers;
    }

    /// <summary>When it is due, on the clock of <see cref="EventLoop.Time"/>.</summary>
    public TimeSpan When { get; }

    /// <inheritdoc/>
    public override void Cancel()
    {
        bool before = Cancelled;
        base.Cancel();
        if (!before && Cancelled)
        {
            _timers.OnCancelled();
        }
    }
}
