namespace Braid.Contracts;

/// <summary>What a simple queue of one process and one of many have in common, so that one contract is written for both.</summary>
public abstract class AnySimpleQueue
{
    public abstract int Qsize { get; }

    public abstract bool Empty { get; }

    public abstract int GetterCount { get; }

    public static implicit operator AnySimpleQueue(Queues.SimpleQueue<int> queue) => new OfThreads(queue);

    public static implicit operator AnySimpleQueue(Multiprocessing.SimpleQueue<int> queue) => new OfProcesses(queue);

    public abstract void Put(int item);

    public abstract void PutNowait(int item);

    public abstract int Get(CancellationToken token = default);

    public abstract bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default);

    public abstract ValueTask<int> GetAsync(CancellationToken token = default);

    public abstract ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default);

    public abstract int GetNowait();

    private sealed class OfThreads(Queues.SimpleQueue<int> queue) : AnySimpleQueue
    {
        public override int Qsize => queue.Qsize;

        public override bool Empty => queue.Empty;

        public override int GetterCount => queue.GetterCount;

        public override void Put(int item) => queue.Put(item);

        public override void PutNowait(int item) => queue.PutNowait(item);

        public override int Get(CancellationToken token = default) => queue.Get(token);

        public override bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default) => queue.TryGet(out item, timeout, token);

        public override ValueTask<int> GetAsync(CancellationToken token = default) => queue.GetAsync(token);

        public override ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) => queue.TryGetAsync(timeout, token);

        public override int GetNowait() => queue.GetNowait();
    }

    private sealed class OfProcesses(Multiprocessing.SimpleQueue<int> queue) : AnySimpleQueue
    {
        public override int Qsize => queue.Qsize;

        public override bool Empty => queue.Empty;

        public override int GetterCount => queue.GetterCount;

        public override void Put(int item) => queue.Put(item);

        public override void PutNowait(int item) => queue.PutNowait(item);

        public override int Get(CancellationToken token = default) => queue.Get(token);

        public override bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default) => queue.TryGet(out item, timeout, token);

        public override ValueTask<int> GetAsync(CancellationToken token = default) => queue.GetAsync(token);

        public override ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) => queue.TryGetAsync(timeout, token);

        public override int GetNowait() => queue.GetNowait();
    }
}
