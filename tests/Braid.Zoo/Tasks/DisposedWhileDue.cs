namespace BugZoo.Tasks;

/// <summary>What a callback of a token uses is disposed of before the callback is taken back, while the delay of CancelAfter comes to its end.</summary>
internal static class DisposedWhileDue
{
    public static void Buggy() => Run(static (registration, gate) =>
    {
        gate.Dispose();
        registration.Dispose();
    });

    public static void Fixed() => Run(static (registration, gate) =>
    {
        registration.Dispose();     // waits for the callback if that runs
        gate.Dispose();
    });

    private static void Run(Action<CancellationTokenRegistration, SemaphoreSlim> dispose)
    {
        using var cancel = new CancellationTokenSource();
        var gate = new SemaphoreSlim(0);
        CancellationTokenRegistration registration = cancel.Token.Register(() => gate.Release());
        cancel.CancelAfter(10);
        Task.Delay(10).Wait();
        dispose(registration, gate);
    }
}
