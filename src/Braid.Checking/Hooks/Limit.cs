using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>How long a wait may take, however the overload says it.</summary>
/// <remarks>As in .NET a time span is refused at once when it is out of range, and a number of milliseconds when the hook asks for the ticks.</remarks>
internal readonly struct Limit
{
    private Limit(int milliseconds) => Milliseconds = milliseconds;

    public int Milliseconds { get; }

    /// <summary>The limit as the engine counts: <see cref="Time.Infinite"/> if there is none.</summary>
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
