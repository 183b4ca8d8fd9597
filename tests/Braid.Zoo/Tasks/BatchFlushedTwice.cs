namespace BugZoo.Tasks;

/// <summary>A batch is sent when it is full, and by a timer. It is sent outside the lock, and emptied after that.</summary>
internal static class BatchFlushedTwice
{
    public static void Buggy() => Run(new Batcher(takesBeforeItSends: false));

    public static void Fixed() => Run(new Batcher(takesBeforeItSends: true));

    private static void Run(Batcher batcher)
    {
        using var timer = new Timer(state => _ = batcher.FlushAsync(), null, 10, Timeout.Infinite);
        Task adds = Task.Run(async () =>
        {
            batcher.Add(1);
            await Task.Delay(10);
            batcher.Add(2);
            await batcher.FlushAsync();
        });
        adds.GetAwaiter().GetResult();
        Thread.Sleep(1000);
        Claim.That(batcher.Sent == 2, "each item is sent once");
    }

    private sealed class Batcher(bool takesBeforeItSends)
    {
        private readonly Lock _gate = new();
        private List<int> _items = [];
        private int _sent;

        public int Sent => Volatile.Read(ref _sent);

        public void Add(int item)
        {
            lock (_gate)
            {
                _items.Add(item);
            }
        }

        public async Task FlushAsync()
        {
            int count;
            lock (_gate)
            {
                count = _items.Count;
                if (takesBeforeItSends)
                {
                    _items = [];
                }
            }

            await Task.Yield();             // sends them
            Interlocked.Add(ref _sent, count);
            if (!takesBeforeItSends)
            {
                lock (_gate)
                {
                    _items = [];
                }
            }
        }
    }
}
