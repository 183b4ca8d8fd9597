using System.Diagnostics;

namespace Braid.Contracts;

/// <summary>Calls back when something takes too long. One thread for all of them, and nothing of Braid's or of .NET's thread pool, for these may be what hangs.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly HashSet<Watchdog> s_all = [];     // its own lock guards it
    private static bool s_isWatching;                         // guarded by s_all's lock

    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly TimeSpan _deadline;
    private readonly Action _onLate;

    public Watchdog(TimeSpan deadline, Action onLate)
    {
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

    private static void Watch()
    {
        while (true)
        {
            Thread.Sleep(TimeSpan.FromSeconds(1));
            Watchdog? late;
            lock (s_all)
            {
                late = s_all.FirstOrDefault(static watchdog => Stopwatch.GetElapsedTime(watchdog._began) > watchdog._deadline);
                if (late is not null)
                {
                    s_all.Remove(late);
                }
            }

            late?._onLate();
        }
    }
}
