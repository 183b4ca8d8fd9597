using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>When something is to happen, however the overload says it. Unlike a <see cref="Limit"/> it may be longer than an <see cref="int"/> has milliseconds.</summary>
internal readonly struct Delay
{
    private Delay(long milliseconds) => Milliseconds = milliseconds;

    public long Milliseconds { get; }

    /// <summary>The delay as the engine counts: <see cref="Time.Infinite"/> for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below -1 ms.</exception>
    public long Ticks => Time.FromMilliseconds(Milliseconds);

    public static Delay From(int milliseconds) => new(milliseconds);

    public static Delay From(long milliseconds) => new(milliseconds);

    public static Delay From(uint milliseconds) => new(milliseconds == uint.MaxValue ? Timeout.Infinite : milliseconds);

    public static Delay From(TimeSpan delay) => new((long)delay.TotalMilliseconds);
}
