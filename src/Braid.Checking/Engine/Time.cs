namespace Braid.Checking.Engine;

/// <summary>Durations as the engine counts them: ticks, with <see cref="Infinite"/> forever.</summary>
internal static class Time
{
    public const long Infinite = -1;

    /// <summary>From milliseconds, where -1 means forever.</summary>
    public static long FromMilliseconds(long milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1);
        return milliseconds < 0 ? Infinite : milliseconds * TimeSpan.TicksPerMillisecond;
    }

    /// <summary>From a time span, in whole milliseconds as .NET's own waits count; -1 ms means forever.</summary>
    public static long From(TimeSpan timeout)
    {
        long milliseconds = (long)timeout.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, nameof(timeout));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, int.MaxValue, nameof(timeout));
        return FromMilliseconds(milliseconds);
    }
}
