namespace BugZoo.Tasks;

/// <summary>A permit is given back in a finally block, also when the wait for it was cancelled: then there is one too many.</summary>
internal static class ReleasedAfterCancel
{
    public static void Buggy() => Run(static async (gate, work, token) =>
    {
        try
        {
            await gate.WaitAsync(token);
            await work();
        }
        finally
        {
            gate.Release();
        }
    });

    public static void Fixed() => Run(static async (gate, work, token) =>
    {
        await gate.WaitAsync(token);
        try
        {
            await work();
        }
        finally
        {
            gate.Release();
        }
    });

    private static void Run(Func<SemaphoreSlim, Func<Task>, CancellationToken, Task> use)
    {
        using var gate = new SemaphoreSlim(1);
        using var cancel = new CancellationTokenSource();
        int inside = 0;
        bool wereTwo = false;
        Task first = use(gate, WorkAsync, CancellationToken.None);
        Task second = use(gate, WorkAsync, cancel.Token);
        Task third = use(gate, WorkAsync, CancellationToken.None);
        cancel.Cancel();
        second.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        Task.WaitAll(first, third);
        Claim.That(!wereTwo, "one at a time is inside");

        async Task WorkAsync()
        {
            if (Interlocked.Increment(ref inside) > 1)
            {
                Volatile.Write(ref wereTwo, true);
            }

            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }
    }
}
