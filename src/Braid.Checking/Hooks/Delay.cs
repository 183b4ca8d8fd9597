using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// The delay that an overload specifies, in whatever form. Unlike a <see cref="Limit"/> it may be longer than <see cref="int.MaxValue"/>
/// milliseconds.
/// </summary>
internal readonly struct Delay
{
    private const long LongestTimerMilliseconds = uint.MaxValue - 1;

    private Delay(long milliseconds) => Milliseconds = milliseconds;

    public long Milliseconds { get; }

    /// <summary>The delay in the engine's ticks: <see cref="Time.Infinite"/> for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below -1 ms.</exception>
    public long Ticks => Time.FromMilliseconds(Milliseconds);

    /// <summary>As <see cref="Ticks"/>, for a timer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below -1 ms, or longer than .NET's timers can wait.</exception>
    public long TimerTicks
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(Milliseconds, LongestTimerMilliseconds);
            return Ticks;
        }
    }

    public static Delay From(int milliseconds) => new(milliseconds);

    public static Delay From(long milliseconds) => new(milliseconds);

    public static Delay From(uint milliseconds) => new(milliseconds == uint.MaxValue ? Timeout.Infinite : milliseconds);

    public static Delay From(TimeSpan delay) => new((long)delay.TotalMilliseconds);
}
