namespace Braid.Waiting;

/// <summary>The moment at which a wait ends, computed once and passed down. Measured on the monotonic clock.</summary>
internal readonly struct Deadline : IComparable<Deadline>
{
    private readonly long _at;   // Stopwatch ticks; long.MaxValue: never

    private Deadline(long at) => _at = at;

    public static Deadline Never => new(long.MaxValue);

    public bool IsNever => _at == long.MaxValue;

    public bool HasPassed => !IsNever && Stopwatch.GetTimestamp() >= _at;

    /// <summary>Milliseconds left, rounded up so that no wait ends early, in the range a monitor accepts; -1 for no limit.</summary>
    public int MillisecondsLeft
    {
        get
        {
            if (IsNever)
            {
                return Timeout.Infinite;
            }

            long left = Math.Max(0, _at - Stopwatch.GetTimestamp());
            return (int)Math.Min(int.MaxValue, Math.Ceiling(left * 1000.0 / Stopwatch.Frequency));
        }
    }

    public TimeSpan Left => IsNever ? Timeout.InfiniteTimeSpan : Stopwatch.GetElapsedTime(0, Math.Max(0, _at - Stopwatch.GetTimestamp()));

    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not <see cref="Timeout.InfiniteTimeSpan"/>.
    /// </exception>
    public static Deadline After(TimeSpan timeout, [CallerArgumentExpression(nameof(timeout))] string? name = null)
    {
        Check(timeout, name);
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return Never;
        }

        double at = Stopwatch.GetTimestamp() + (timeout.TotalSeconds * Stopwatch.Frequency);
        return at >= long.MaxValue ? Never : new Deadline((long)at);
    }

    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="timeout"/> is negative and not <see cref="Timeout.InfiniteTimeSpan"/>.
    /// </exception>
    public static void Check(TimeSpan timeout, [CallerArgumentExpression(nameof(timeout))] string? name = null)
    {
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                name, timeout, "A timeout is zero (try once), positive, or Timeout.InfiniteTimeSpan (forever).");
        }
    }

    public int CompareTo(Deadline other) => _at.CompareTo(other._at);

    public static Deadline Earlier(Deadline a, Deadline b) => a._at <= b._at ? a : b;
}
