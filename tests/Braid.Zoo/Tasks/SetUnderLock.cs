namespace BugZoo.Tasks;

/// <summary>A TaskCompletionSource is completed under a lock, and what awaits its task runs there and then, and waits for another who needs the lock.</summary>
internal static class SetUnderLock
{
    public static void Buggy() => Run(TaskCreationOptions.None);

    public static void Fixed() => Run(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Run(TaskCreationOptions options)
    {
        object gate = new();
        int count = 0;
        var ready = new TaskCompletionSource(options);
        Task consumer = ConsumeAsync();
        lock (gate)
        {
            ready.SetResult();
        }

        consumer.GetAwaiter().GetResult();
        Claim.That(count == 1, "the helper has counted");

        async Task ConsumeAsync()
        {
            await ready.Task;
            Task.Run(Count).Wait();
        }

        void Count()
        {
            lock (gate)
            {
                count++;
            }
        }
    }
}
