namespace Braid.Checking.Engine;

/// <summary>Durations in ticks, as the engine counts them; <see cref="Infinite"/> means no limit.</summary>
internal static class Time
{
    public const long Infinite = -1;

    /// <summary>Ticks from milliseconds; -1 means no limit.</summary>
    public static long FromMilliseconds(long milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1);
        return milliseconds < 0 ? Infinite : milliseconds * TimeSpan.TicksPerMillisecond;
    }

    /// <summary>Ticks from a time span, rounded down to whole milliseconds, as in .NET's own waits; -1 ms means no limit.</summary>
    public static long From(TimeSpan timeout)
    {
        long milliseconds = (long)timeout.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, int.MaxValue, nameof(timeout));
        return FromMilliseconds(milliseconds);
    }
}
