namespace Braid.Waiting;

/// <summary>Places at which a test may cause an unexpected exception, once.</summary>
internal static class FaultPoint
{
    private static string? s_armed;   // by compare-exchange: the place at which the next thread to get there fails

    // Orders: none is needed around s_armed; the compare-exchange strikes exactly one thread.

    public static bool IsArmed => Volatile.Read(ref s_armed) is not null;

    public static void Arm(string place) => Volatile.Write(ref s_armed, place);

    /// <summary>Throws if a test has armed this place. Not in release builds.</summary>
    /// <exception cref="FaultException">It is armed.</exception>
    [Conditional("DEBUG")]
    public static void Reach(string place)
    {
        if (Strikes(place))
        {
            throw new FaultException($"A test has planted a fault at \"{place}\".");
        }
    }

    /// <summary>Whether a test has armed this place.</summary>
    public static bool Strikes(string place) =>
        Volatile.Read(ref s_armed) is { } armed && armed == place && Interlocked.CompareExchange(ref s_armed, null, armed) == armed;
}

/// <summary>A fault planted by a test, which the code it strikes does not expect.</summary>
internal sealed class FaultException(string message) : Exception(message);
