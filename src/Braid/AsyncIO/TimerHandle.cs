namespace Braid.AsyncIO;

/// <summary>A callback that the loop will run at a given time, and that can still be cancelled.</summary>
/// <remarks>Python counterpart: <c>asyncio.TimerHandle</c>.</remarks>
public sealed class TimerHandle : Handle
{
    private readonly EventLoop _loop;

    internal TimerHandle(Action callback, TimeSpan when, EventLoop loop)
        : base(callback)
    {
        When = when;
        _loop = loop;
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
            _loop.OnTimerCancelled();
        }
    }
}
