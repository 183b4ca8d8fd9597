namespace Braid.Diagnostics;

/// <summary>
/// Deadlock detection: a thread that has waited this long for a lock, a thread or a running future checks for a cycle of waits.
/// </summary>
/// <remarks>
/// <para>
/// A cycle that nothing can end causes the wait to throw a <see cref="DeadlockException"/>: all its waits have neither timeout nor token,
/// and are for something that only its holder can release (an <c>RLock</c>, a <c>GlobalInterpreterLock</c>, a thread's end, a running
/// call). A cycle that something outside could still end is reported once on standard error, as an event of the source "Braid", and by
/// <see cref="WaitGraph"/>, and the waits go on: any thread may release a plain <c>Lock</c>, and a pending call and a token may be
/// cancelled.
/// </para>
/// <para>
/// Off by default; the environment variable <c>BRAID_DEADLOCK</c> (<c>5s</c>, <c>500ms</c>, or a number of seconds) sets it at start. It
/// costs nothing until a wait has lasted that long. Python has no counterpart; <c>faulthandler.dump_traceback_later</c> comes closest.
/// </para>
/// </remarks>
public static class DeadlockDetection
{
    private const string Variable = "BRAID_DEADLOCK";

    private static long s_after = ReadVariable()?.Ticks ?? -1;   // ticks; -1: off. Any thread, one word

    // Orders: s_after stands alone; volatile, so that it is read whole and by the next wait.

    /// <summary>
    /// How long a thread waits before it checks, and again after each such period; null to switch detection off. Waits that began before
    /// are not affected.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public static TimeSpan? After
    {
        get => Volatile.Read(ref s_after) is >= 0 and long ticks ? new TimeSpan(ticks) : null;
        set
        {
            if (value <= TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, "The time before a waiting thread looks for a deadlock is positive, or null for never.");
            }

            Volatile.Write(ref s_after, value?.Ticks ?? -1);
        }
    }

    private static TimeSpan? ReadVariable()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        TimeSpan? after = Parse(text);
        if (after is null && !string.IsNullOrWhiteSpace(text))
        {
            Console.Error.WriteLine(
                $"{Variable}={text} is not a length of time, so deadlock detection is off. Write 5s, 500ms, or a number of seconds.");
        }

        return after;
    }

    /// <summary>Parses the environment variable's value; null if it is not a positive length of time.</summary>
    internal static TimeSpan? Parse(string? text)
    {
        (string? digits, double unit) = text?.Trim() switch
        {
            null => (null, 0),
            var t when t.EndsWith("ms", StringComparison.OrdinalIgnoreCase) => (t[..^2], 0.001),
            var t when t.EndsWith('s') || t.EndsWith('S') => (t[..^1], 1),
            var t => (t, 1.0),
        };
        return double.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out double number) && number > 0
            && number * unit < 1e9
            ? TimeSpan.FromSeconds(number * unit)
            : null;
    }
}
