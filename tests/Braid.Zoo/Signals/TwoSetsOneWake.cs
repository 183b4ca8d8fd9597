namespace BugZoo.Signals;

/// <summary>An auto-reset event that is set twice before anybody waits remembers it once.</summary>
internal static class TwoSetsOneWake
{
    public static void Buggy()
    {
        using var arrived = new AutoResetEvent(false);
        Crew.Run(
            () =>
            {
                arrived.Set();
                arrived.Set();
            },
            () =>
            {
                arrived.WaitOne();
                arrived.WaitOne();
            });
    }

    public static void Fixed()
    {
        using var arrived = new SemaphoreSlim(0);
        Crew.Run(
            () =>
            {
                arrived.Release();
                arrived.Release();
            },
            () =>
            {
                arrived.Wait();
                arrived.Wait();
            });
    }
}
