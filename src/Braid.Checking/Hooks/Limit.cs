using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The time limit of a wait that an overload specifies, in whatever form.</summary>
/// <remarks>
/// As in .NET, a time span that is out of range throws at once, and a number of milliseconds when the hook asks for the ticks.
/// </remarks>
internal readonly struct Limit
{
    private Limit(int milliseconds) => Milliseconds = milliseconds;

    public int Milliseconds { get; }

    /// <summary>The limit in the engine's ticks: <see cref="Time.Infinite"/> for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below -1 ms.</exception>
    public long Ticks => Time.FromMilliseconds(Milliseconds);

    public static Limit From(int milliseconds) => new(milliseconds);

    /// <exception cref="ArgumentOutOfRangeException">It is below -1 ms or above <see cref="int.MaxValue"/> ms.</exception>
    public static Limit From(TimeSpan timeout)
    {
        _ = Time.From(timeout);
        return new Limit((int)timeout.TotalMilliseconds);
    }
}
