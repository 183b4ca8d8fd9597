namespace BugZoo.Tasks;

/// <summary>An asynchronous reader-writer lock of two semaphores: the last reader counts itself out without the lock on the count.</summary>
internal static class AsyncReaderWriter
{
    public static void Buggy() => Run(isCountGuarded: false);

    public static void Fixed() => Run(isCountGuarded: true);

    private static void Run(bool isCountGuarded)
    {
        var gate = new ReadWriteGate(isCountGuarded);
        int readers = 0;
        int writers = 0;
        Task.WhenAll(Task.Run(Read), Task.Run(Read), Task.Run(Write)).GetAwaiter().GetResult();

        async Task Read()
        {
            await gate.EnterReadAsync();
            Interlocked.Increment(ref readers);
            Claim.That(Volatile.Read(ref writers) == 0, "nobody writes while one reads");
            Interlocked.Decrement(ref readers);
            await gate.ExitReadAsync();
        }

        async Task Write()
        {
            await gate.EnterWriteAsync();
            Interlocked.Increment(ref writers);
            Claim.That(Volatile.Read(ref readers) == 0, "nobody reads while one writes");
            Interlocked.Decrement(ref writers);
            gate.ExitWrite();
        }
    }

    private sealed class ReadWriteGate(bool isCountGuarded)
    {
        private readonly SemaphoreSlim _count = new(1);
        private readonly SemaphoreSlim _write = new(1);
        private int _readers;

        public async Task EnterReadAsync()
        {
            await _count.WaitAsync();
            if (++_readers == 1)
            {
                await _write.WaitAsync();
            }

            _count.Release();
        }

        public async Task ExitReadAsync()
        {
            if (isCountGuarded)
            {
                await _count.WaitAsync();
            }

            if (--_readers == 0)
            {
                _write.Release();
            }

            if (isCountGuarded)
            {
                _count.Release();
            }
        }

        public Task EnterWriteAsync() => _write.WaitAsync();

        public void ExitWrite() => _write.Release();
    }
}
