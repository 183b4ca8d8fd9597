namespace BugZoo.Literature;

/// <summary>A driver counts its requests, so that it is only stopped when none runs. A request looks whether the driver stops, and counts itself afterwards.</summary>
internal static class Bluetooth
{
    public static void Buggy() => Run(static driver =>
    {
        if (driver.Stopping)
        {
            return false;
        }

        Interlocked.Increment(ref driver.Pending);
        return true;
    });

    public static void Fixed() => Run(static driver =>
    {
        Interlocked.Increment(ref driver.Pending);
        if (driver.Stopping)
        {
            driver.Leave();
            return false;
        }

        return true;
    });

    private static void Run(Func<Driver, bool> tryEnter)
    {
        using var driver = new Driver();
        var stopper = new Thread(driver.Stop);
        stopper.Start();
        if (tryEnter(driver))
        {
            bool stopped = driver.Stopped;
            driver.Leave();
            Claim.That(!stopped, "the driver is not stopped while a request runs");
        }

        stopper.Join();
    }

    private sealed class Driver : IDisposable
    {
        public int Pending = 1;                 // the driver itself; changed with Interlocked only
        public volatile bool Stopping;
        public volatile bool Stopped;
        private readonly ManualResetEventSlim _idle = new();

        public void Leave()
        {
            if (Interlocked.Decrement(ref Pending) == 0)
            {
                _idle.Set();
            }
        }

        public void Stop()
        {
            Stopping = true;
            Leave();
            _idle.Wait();
            Stopped = true;
        }

        public void Dispose() => _idle.Dispose();
    }
}
