namespace BugZoo.Tasks;

/// <summary>Each search cancels the one before it, and disposes of its source although that may still be in use.</summary>
internal static class CancelledSuccessor
{
    public static void Buggy() => Run(disposes: true);

    public static void Fixed() => Run(disposes: false);

    private static void Run(bool disposes)
    {
        CancellationTokenSource? current = null;
        Task.WhenAll(Task.Run(SearchAsync), Task.Run(SearchAsync)).GetAwaiter().GetResult();

        async Task SearchAsync()
        {
            var mine = new CancellationTokenSource();
            if (Interlocked.Exchange(ref current, mine) is { } before)
            {
                before.Cancel();
                if (disposes)
                {
                    before.Dispose();
                }
            }

            await Task.Yield();
            try
            {
                mine.Token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
