namespace BugZoo.Tasks;

/// <summary>A permit is not given back if the work is cancelled.</summary>
internal static class ForgottenRelease
{
    public static void Buggy() => Run(static async (gate, work) =>
    {
        await gate.WaitAsync();
        await work();
        gate.Release();
    });

    public static void Fixed() => Run(static async (gate, work) =>
    {
        await gate.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            gate.Release();
        }
    });

    private static void Run(Func<SemaphoreSlim, Func<Task>, Task> use)
    {
        using var gate = new SemaphoreSlim(1);
        using var cancel = new CancellationTokenSource();
        Task cancels = Task.Run(cancel.Cancel);
        try
        {
            use(gate, WorkAsync).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
        }

        cancels.GetAwaiter().GetResult();
        gate.Wait();

        async Task WorkAsync()
        {
            await Task.Yield();
            cancel.Token.ThrowIfCancellationRequested();
        }
    }
}
