namespace BugZoo.Ends;

/// <summary>A timer is disposed, and then what its callback uses. A callback that runs already is not stopped by that.</summary>
internal static class TimerRacesDispose
{
    public static void Buggy()
    {
        var journal = new Journal();
        using var started = new ManualResetEventSlim();
        var timer = new Timer(
            _ =>
            {
                started.Set();
                journal.Write();
            },
            null,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        started.Wait();
        timer.Dispose();
        journal.Dispose();
        Thread.Sleep(10);           // the program goes on
    }

    public static void Fixed()
    {
        var gate = new Lock();
        bool over = false;
        var journal = new Journal();
        using var started = new ManualResetEventSlim();
        var timer = new Timer(
            _ =>
            {
                started.Set();
                lock (gate)
                {
                    if (!over)
                    {
                        journal.Write();
                    }
                }
            },
            null,
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
        started.Wait();
        timer.Dispose();
        lock (gate)
        {
            over = true;
            journal.Dispose();
        }

        Thread.Sleep(10);           // the program goes on
    }

    private sealed class Journal : IDisposable
    {
        private volatile bool _isClosed;

        public void Write() => ObjectDisposedException.ThrowIf(_isClosed, this);

        public void Dispose() => _isClosed = true;
    }
}
