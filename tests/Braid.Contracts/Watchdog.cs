namespace Braid.Contracts;

/// <summary>Calls back when something takes too long. One thread for all of them, and nothing of Braid's or of .NET's thread pool, for these may be what hangs.</summary>
/// <remarks>
/// It counts its own rounds, a second each: a machine that stands still for a minute (its memory is fetched, it is moved to another host, the
/// process is stopped) stops this clock as well, and nobody is blamed.
/// </remarks>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1);
    private static readonly HashSet<Watchdog> s_all = [];     // its own lock guards it
    private static bool s_isWatching;                         // guarded by s_all's lock

    private readonly string _name;
    private readonly TimeSpan _deadline;
    private readonly Action _onLate;

    private TimeSpan _took;                                   // guarded by s_all's lock

    public Watchdog(string name, TimeSpan deadline, Action onLate)
    {
        _name = name;
        _deadline = deadline;
        _onLate = onLate;
        lock (s_all)
        {
            s_all.Add(this);
            if (!s_isWatching)
            {
                s_isWatching = true;
                new Thread(Watch) { IsBackground = true, Name = "watchdog of the tests" }.UnsafeStart();
            }
        }
    }

    public void Dispose()
    {
        lock (s_all)
        {
            s_all.Remove(this);
        }
    }

    /// <summary>What is being watched, and for how long already.</summary>
    public static string[] Running()
    {
        lock (s_all)
        {
            return [.. s_all.Select(static watchdog => $"{watchdog._name} ({watchdog._took.TotalSeconds:F0} s)")];
        }
    }

    private static void Watch()
    {
        while (true)
        {
            Thread.Sleep(s_round);
            Watchdog? late;
            lock (s_all)
            {
                foreach (Watchdog watchdog in s_all)
                {
                    watchdog._took += s_round;
                }

                late = s_all.FirstOrDefault(static watchdog => watchdog._took > watchdog._deadline);
                if (late is not null)
                {
                    s_all.Remove(late);
                }
            }

            late?._onLate();
        }
    }
}
