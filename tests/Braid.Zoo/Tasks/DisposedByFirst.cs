namespace BugZoo.Tasks;

/// <summary>Work that was started and not awaited uses what its starter disposes of.</summary>
internal static class DisposedByFirst
{
    public static void Buggy() => Run(awaits: false);

    public static void Fixed() => Run(awaits: true);

    private static void Run(bool awaits)
    {
        Task saves = Task.CompletedTask;
        using (var log = new Log())
        {
            saves = Task.Run(log.Write);
            if (awaits)
            {
                saves.GetAwaiter().GetResult();
            }
        }

        saves.GetAwaiter().GetResult();
    }

    private sealed class Log : IDisposable
    {
        private volatile bool _isDisposed;

        public void Write() => ObjectDisposedException.ThrowIf(_isDisposed, this);

        public void Dispose() => _isDisposed = true;
    }
}
