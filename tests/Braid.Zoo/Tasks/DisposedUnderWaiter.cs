namespace BugZoo.Tasks;

/// <summary>A semaphore is disposed of at shutdown while a task waits for it: nothing ends that wait.</summary>
internal static class DisposedUnderWaiter
{
    public static void Buggy() => Run(static (gate, stop) => gate.Dispose());

    public static void Fixed() => Run(static (gate, stop) => stop.Cancel());

    private static void Run(Action<SemaphoreSlim, CancellationTokenSource> shutDown)
    {
        var gate = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        Task waits = Task.Run(async () =>
        {
            try
            {
                await gate.WaitAsync(stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // There is nothing more to do.
            }
        });
        shutDown(gate, stop);
        waits.GetAwaiter().GetResult();
    }
}
