namespace Braid.Contracts;

/// <summary>What a queue of one process and one of many have in common, so that one contract is written for both.</summary>
public abstract class AnyQueue : IAsyncEnumerable<int>
{
    public abstract int Maxsize { get; set; }

    public abstract int Qsize { get; }

    public abstract bool Empty { get; }

    public abstract bool Full { get; }

    public abstract long UnfinishedTasks { get; }

    public abstract bool IsShutdown { get; }

    public abstract int GetterCount { get; }

    public abstract int PutterCount { get; }

    public abstract int JoinerCount { get; }

    public static implicit operator AnyQueue(Queues.Queue<int> queue) => new OfThreads(queue);

    public static implicit operator AnyQueue(Multiprocessing.Queue<int> queue) => new OfProcesses(queue);

    public abstract void Put(int item, CancellationToken token = default);

    public abstract bool TryPut(int item, TimeSpan timeout = default, CancellationToken token = default);

    public abstract ValueTask PutAsync(int item, CancellationToken token = default);

    public abstract ValueTask<bool> TryPutAsync(int item, TimeSpan timeout, CancellationToken token = default);

    public abstract void PutNowait(int item);

    public abstract int Get(CancellationToken token = default);

    public abstract bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default);

    public abstract ValueTask<int> GetAsync(CancellationToken token = default);

    public abstract ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default);

    public abstract int GetNowait();

    public abstract int Peek();

    public abstract bool TryPeek(out int item);

    /// <summary>Gets from this queue or others of its kind.</summary>
    /// <returns>Which of them gave the item, this being 0, and the item.</returns>
    public abstract (int Queue, int Item) GetAny(AnyQueue[] others, CancellationToken token = default);

    public abstract bool TryGetAny(AnyQueue[] others, out (int Queue, int Item) got, TimeSpan timeout = default, CancellationToken token = default);

    public abstract ValueTask<(int Queue, int Item)> GetAnyAsync(AnyQueue[] others, CancellationToken token = default);

    public abstract ValueTask<(bool Success, (int Queue, int Item) Got)> TryGetAnyAsync(AnyQueue[] others, TimeSpan timeout, CancellationToken token = default);

    public abstract int[] GetMany(int max, CancellationToken token = default);

    public abstract int[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default);

    public abstract ValueTask<int[]> GetManyAsync(int max, CancellationToken token = default);

    public abstract ValueTask<int[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default);

    public abstract IEnumerable<int> GetConsumingEnumerable(CancellationToken token = default);

    public abstract IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default);

    public abstract void TaskDone();

    public abstract void Join(CancellationToken token = default);

    public abstract bool TryJoin(TimeSpan timeout = default, CancellationToken token = default);

    public abstract ValueTask JoinAsync(CancellationToken token = default);

    public abstract ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default);

    public abstract void Shutdown(bool immediate = false);

    private sealed class OfThreads(Queues.Queue<int> queue) : AnyQueue
    {
        private readonly Queues.Queue<int> _queue = queue;

        public override int Maxsize
        {
            get => _queue.Maxsize;
            set => _queue.Maxsize = value;
        }

        public override int Qsize => _queue.Qsize;

        public override bool Empty => _queue.Empty;

        public override bool Full => _queue.Full;

        public override long UnfinishedTasks => _queue.UnfinishedTasks;

        public override bool IsShutdown => _queue.IsShutdown;

        public override int GetterCount => _queue.GetterCount;

        public override int PutterCount => _queue.PutterCount;

        public override int JoinerCount => _queue.JoinerCount;

        public override void Put(int item, CancellationToken token = default) => _queue.Put(item, token);

        public override bool TryPut(int item, TimeSpan timeout = default, CancellationToken token = default) => _queue.TryPut(item, timeout, token);

        public override ValueTask PutAsync(int item, CancellationToken token = default) => _queue.PutAsync(item, token);

        public override ValueTask<bool> TryPutAsync(int item, TimeSpan timeout, CancellationToken token = default) => _queue.TryPutAsync(item, timeout, token);

        public override void PutNowait(int item) => _queue.PutNowait(item);

        public override int Get(CancellationToken token = default) => _queue.Get(token);

        public override bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default) => _queue.TryGet(out item, timeout, token);

        public override ValueTask<int> GetAsync(CancellationToken token = default) => _queue.GetAsync(token);

        public override ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) => _queue.TryGetAsync(timeout, token);

        public override int GetNowait() => _queue.GetNowait();

        public override int Peek() => _queue.Peek();

        public override bool TryPeek(out int item) => _queue.TryPeek(out item);

        public override (int Queue, int Item) GetAny(AnyQueue[] others, CancellationToken token = default)
        {
            Queues.Queue<int>[] all = All(others);
            (Queues.Queue<int> from, int item) = Queues.Queue.GetAny(all, token);
            return (Array.IndexOf(all, from), item);
        }

        public override bool TryGetAny(AnyQueue[] others, out (int Queue, int Item) got, TimeSpan timeout = default, CancellationToken token = default)
        {
            Queues.Queue<int>[] all = All(others);
            bool success = Queues.Queue.TryGetAny(all, out Queues.Queue<int>? from, out int item, timeout, token);
            got = (Array.IndexOf(all, from), item);
            return success;
        }

        public override async ValueTask<(int Queue, int Item)> GetAnyAsync(AnyQueue[] others, CancellationToken token = default)
        {
            Queues.Queue<int>[] all = All(others);
            (Queues.Queue<int> from, int item) = await Queues.Queue.GetAnyAsync(all, token);
            return (Array.IndexOf(all, from), item);
        }

        public override async ValueTask<(bool Success, (int Queue, int Item) Got)> TryGetAnyAsync(AnyQueue[] others, TimeSpan timeout, CancellationToken token = default)
        {
            Queues.Queue<int>[] all = All(others);
            (bool success, Queues.Queue<int>? from, int item) = await Queues.Queue.TryGetAnyAsync(all, timeout, token);
            return (success, (Array.IndexOf(all, from), item));
        }

        private Queues.Queue<int>[] All(AnyQueue[] others) => [_queue, .. others.Select(other => ((OfThreads)other)._queue)];

        public override int[] GetMany(int max, CancellationToken token = default) => _queue.GetMany(max, token);

        public override int[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default) => _queue.TryGetMany(max, timeout, token);

        public override ValueTask<int[]> GetManyAsync(int max, CancellationToken token = default) => _queue.GetManyAsync(max, token);

        public override ValueTask<int[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default) => _queue.TryGetManyAsync(max, timeout, token);

        public override IEnumerable<int> GetConsumingEnumerable(CancellationToken token = default) => _queue.GetConsumingEnumerable(token);

        public override IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => _queue.GetAsyncEnumerator(cancellationToken);

        public override void TaskDone() => _queue.TaskDone();

        public override void Join(CancellationToken token = default) => _queue.Join(token);

        public override bool TryJoin(TimeSpan timeout = default, CancellationToken token = default) => _queue.TryJoin(timeout, token);

        public override ValueTask JoinAsync(CancellationToken token = default) => _queue.JoinAsync(token);

        public override ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default) => _queue.TryJoinAsync(timeout, token);

        public override void Shutdown(bool immediate = false) => _queue.Shutdown(immediate);
    }

    private sealed class OfProcesses(Multiprocessing.Queue<int> queue) : AnyQueue
    {
        private readonly Multiprocessing.Queue<int> _queue = queue;

        public override int Maxsize
        {
            get => _queue.Maxsize;
            set => _queue.Maxsize = value;
        }

        public override int Qsize => _queue.Qsize;

        public override bool Empty => _queue.Empty;

        public override bool Full => _queue.Full;

        public override long UnfinishedTasks => _queue.UnfinishedTasks;

        public override bool IsShutdown => _queue.IsShutdown;

        public override int GetterCount => _queue.GetterCount;

        public override int PutterCount => _queue.PutterCount;

        public override int JoinerCount => _queue.JoinerCount;

        public override void Put(int item, CancellationToken token = default) => _queue.Put(item, token);

        public override bool TryPut(int item, TimeSpan timeout = default, CancellationToken token = default) => _queue.TryPut(item, timeout, token);

        public override ValueTask PutAsync(int item, CancellationToken token = default) => _queue.PutAsync(item, token);

        public override ValueTask<bool> TryPutAsync(int item, TimeSpan timeout, CancellationToken token = default) => _queue.TryPutAsync(item, timeout, token);

        public override void PutNowait(int item) => _queue.PutNowait(item);

        public override int Get(CancellationToken token = default) => _queue.Get(token);

        public override bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default) => _queue.TryGet(out item, timeout, token);

        public override ValueTask<int> GetAsync(CancellationToken token = default) => _queue.GetAsync(token);

        public override ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) => _queue.TryGetAsync(timeout, token);

        public override int GetNowait() => _queue.GetNowait();

        public override int Peek() => _queue.Peek();

        public override bool TryPeek(out int item) => _queue.TryPeek(out item);

        public override (int Queue, int Item) GetAny(AnyQueue[] others, CancellationToken token = default)
        {
            Multiprocessing.Queue<int>[] all = All(others);
            (Multiprocessing.Queue<int> from, int item) = Multiprocessing.Queue.GetAny(all, token);
            return (Array.IndexOf(all, from), item);
        }

        public override bool TryGetAny(AnyQueue[] others, out (int Queue, int Item) got, TimeSpan timeout = default, CancellationToken token = default)
        {
            Multiprocessing.Queue<int>[] all = All(others);
            bool success = Multiprocessing.Queue.TryGetAny(all, out Multiprocessing.Queue<int>? from, out int item, timeout, token);
            got = (Array.IndexOf(all, from), item);
            return success;
        }

        public override async ValueTask<(int Queue, int Item)> GetAnyAsync(AnyQueue[] others, CancellationToken token = default)
        {
            Multiprocessing.Queue<int>[] all = All(others);
            (Multiprocessing.Queue<int> from, int item) = await Multiprocessing.Queue.GetAnyAsync(all, token);
            return (Array.IndexOf(all, from), item);
        }

        public override async ValueTask<(bool Success, (int Queue, int Item) Got)> TryGetAnyAsync(AnyQueue[] others, TimeSpan timeout, CancellationToken token = default)
        {
            Multiprocessing.Queue<int>[] all = All(others);
            (bool success, Multiprocessing.Queue<int>? from, int item) = await Multiprocessing.Queue.TryGetAnyAsync(all, timeout, token);
            return (success, (Array.IndexOf(all, from), item));
        }

        private Multiprocessing.Queue<int>[] All(AnyQueue[] others) => [_queue, .. others.Select(other => ((OfProcesses)other)._queue)];

        public override int[] GetMany(int max, CancellationToken token = default) => _queue.GetMany(max, token);

        public override int[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default) => _queue.TryGetMany(max, timeout, token);

        public override ValueTask<int[]> GetManyAsync(int max, CancellationToken token = default) => _queue.GetManyAsync(max, token);

        public override ValueTask<int[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default) => _queue.TryGetManyAsync(max, timeout, token);

        public override IEnumerable<int> GetConsumingEnumerable(CancellationToken token = default) => _queue.GetConsumingEnumerable(token);

        public override IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => _queue.GetAsyncEnumerator(cancellationToken);

        public override void TaskDone() => _queue.TaskDone();

        public override void Join(CancellationToken token = default) => _queue.Join(token);

        public override bool TryJoin(TimeSpan timeout = default, CancellationToken token = default) => _queue.TryJoin(timeout, token);

        public override ValueTask JoinAsync(CancellationToken token = default) => _queue.JoinAsync(token);

        public override ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default) => _queue.TryJoinAsync(timeout, token);

        public override void Shutdown(bool immediate = false) => _queue.Shutdown(immediate);
    }
}
