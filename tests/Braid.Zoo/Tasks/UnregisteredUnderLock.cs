namespace BugZoo.Tasks;

/// <summary>A callback of a token takes a lock, and the owner of the lock takes the callback back, which waits for it if it runs.</summary>
internal static class UnregisteredUnderLock
{
    public static void Buggy() => Run(static (registration, gate) =>
    {
        lock (gate)
        {
            registration.Dispose();
        }
    });

    public static void Fixed() => Run(static (registration, gate) =>
    {
        lock (gate)
        {
            registration.Unregister();      // does not wait
        }
    });

    private static void Run(Action<CancellationTokenRegistration, object> end)
    {
        object gate = new();
        bool isCancelled = false;
        using var cancel = new CancellationTokenSource();
        CancellationTokenRegistration registration = cancel.Token.Register(() =>
        {
            lock (gate)
            {
                isCancelled = true;
            }
        });
        Task cancels = Task.Run(cancel.Cancel);
        end(registration, gate);
        cancels.GetAwaiter().GetResult();
        lock (gate)
        {
            _ = isCancelled;
        }
    }
}
