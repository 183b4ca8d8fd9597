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
        public override int Maxsize
        {
            get => queue.Maxsize;
            set => queue.Maxsize = value;
        }

        public override int Qsize => queue.Qsize;

        public override bool Empty => queue.Empty;

        public override bool Full => queue.Full;

        public override long UnfinishedTasks => queue.UnfinishedTasks;

        public override bool IsShutdown => queue.IsShutdown;

        public override int GetterCount => queue.GetterCount;

        public override int PutterCount => queue.PutterCount;

        public override int JoinerCount => queue.JoinerCount;

        public override void Put(int item, CancellationToken token = default) => queue.Put(item, token);

        public override bool TryPut(int item, TimeSpan timeout = default, CancellationToken token = default) => queue.TryPut(item, timeout, token);

        public override ValueTask PutAsync(int item, CancellationToken token = default) => queue.PutAsync(item, token);

        public override ValueTask<bool> TryPutAsync(int item, TimeSpan timeout, CancellationToken token = default) => queue.TryPutAsync(item, timeout, token);

        public override void PutNowait(int item) => queue.PutNowait(item);

        public override int Get(CancellationToken token = default) => queue.Get(token);

        public override bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default) => queue.TryGet(out item, timeout, token);

        public override ValueTask<int> GetAsync(CancellationToken token = default) => queue.GetAsync(token);

        public override ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) => queue.TryGetAsync(timeout, token);

        public override int GetNowait() => queue.GetNowait();

        public override int[] GetMany(int max, CancellationToken token = default) => queue.GetMany(max, token);

        public override int[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default) => queue.TryGetMany(max, timeout, token);

        public override ValueTask<int[]> GetManyAsync(int max, CancellationToken token = default) => queue.GetManyAsync(max, token);

        public override ValueTask<int[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default) => queue.TryGetManyAsync(max, timeout, token);

        public override IEnumerable<int> GetConsumingEnumerable(CancellationToken token = default) => queue.GetConsumingEnumerable(token);

        public override IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => queue.GetAsyncEnumerator(cancellationToken);

        public override void TaskDone() => queue.TaskDone();

        public override void Join(CancellationToken token = default) => queue.Join(token);

        public override bool TryJoin(TimeSpan timeout = default, CancellationToken token = default) => queue.TryJoin(timeout, token);

        public override ValueTask JoinAsync(CancellationToken token = default) => queue.JoinAsync(token);

        public override ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default) => queue.TryJoinAsync(timeout, token);

        public override void Shutdown(bool immediate = false) => queue.Shutdown(immediate);
    }

    private sealed class OfProcesses(Multiprocessing.Queue<int> queue) : AnyQueue
    {
        public override int Maxsize
        {
            get => queue.Maxsize;
            set => queue.Maxsize = value;
        }

        public override int Qsize => queue.Qsize;

        public override bool Empty => queue.Empty;

        public override bool Full => queue.Full;

        public override long UnfinishedTasks => queue.UnfinishedTasks;

        public override bool IsShutdown => queue.IsShutdown;

        public override int GetterCount => queue.GetterCount;

        public override int PutterCount => queue.PutterCount;

        public override int JoinerCount => queue.JoinerCount;

        public override void Put(int item, CancellationToken token = default) => queue.Put(item, token);

        public override bool TryPut(int item, TimeSpan timeout = default, CancellationToken token = default) => queue.TryPut(item, timeout, token);

        public override ValueTask PutAsync(int item, CancellationToken token = default) => queue.PutAsync(item, token);

        public override ValueTask<bool> TryPutAsync(int item, TimeSpan timeout, CancellationToken token = default) => queue.TryPutAsync(item, timeout, token);

        public override void PutNowait(int item) => queue.PutNowait(item);

        public override int Get(CancellationToken token = default) => queue.Get(token);

        public override bool TryGet(out int item, TimeSpan timeout = default, CancellationToken token = default) => queue.TryGet(out item, timeout, token);

        public override ValueTask<int> GetAsync(CancellationToken token = default) => queue.GetAsync(token);

        public override ValueTask<(bool Success, int Item)> TryGetAsync(TimeSpan timeout, CancellationToken token = default) => queue.TryGetAsync(timeout, token);

        public override int GetNowait() => queue.GetNowait();

        public override int[] GetMany(int max, CancellationToken token = default) => queue.GetMany(max, token);

        public override int[] TryGetMany(int max, TimeSpan timeout = default, CancellationToken token = default) => queue.TryGetMany(max, timeout, token);

        public override ValueTask<int[]> GetManyAsync(int max, CancellationToken token = default) => queue.GetManyAsync(max, token);

        public override ValueTask<int[]> TryGetManyAsync(int max, TimeSpan timeout, CancellationToken token = default) => queue.TryGetManyAsync(max, timeout, token);

        public override IEnumerable<int> GetConsumingEnumerable(CancellationToken token = default) => queue.GetConsumingEnumerable(token);

        public override IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => queue.GetAsyncEnumerator(cancellationToken);

        public override void TaskDone() => queue.TaskDone();

        public override void Join(CancellationToken token = default) => queue.Join(token);

        public override bool TryJoin(TimeSpan timeout = default, CancellationToken token = default) => queue.TryJoin(timeout, token);

        public override ValueTask JoinAsync(CancellationToken token = default) => queue.JoinAsync(token);

        public override ValueTask<bool> TryJoinAsync(TimeSpan timeout, CancellationToken token = default) => queue.TryJoinAsync(timeout, token);

        public override void Shutdown(bool immediate = false) => queue.Shutdown(immediate);
    }
}
