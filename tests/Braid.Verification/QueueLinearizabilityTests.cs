using Braid.Checking;

namespace Braid.Verification;

/// <summary>The queues are linearizable, waits and asynchronous calls included.</summary>
public sealed class QueueLinearizabilityTests
{
    private static readonly LinearizabilityOptions s_options = new() { Schedules = 200, Scenarios = 50, Time = Timeout.InfiniteTimeSpan };

    [Fact]
    public void Queue_is_linearizable() =>
        Check.Linearizable(
            () => new Queues.Queue<int>(2),
            () => new Queue<int>(),
            operations => operations
                .Add(
                    "Put",
                    [1, 2, 3],
                    (queue, item) => queue.Put(item),
                    (model, item) => model.Enqueue(item),
                    when: (model, _) => model.Count < 2)
                .Add(
                    "PutAsync",
                    [4, 5],
                    (queue, item) => queue.PutAsync(item),
                    (model, item) => model.Enqueue(item),
                    when: (model, _) => model.Count < 2)
                .Add("Get", queue => queue.Get(), model => model.Dequeue(), when: model => model.Count > 0)
                .Add("GetAsync", queue => queue.GetAsync(), model => model.Dequeue(), when: model => model.Count > 0)
                .Add("TryGet", queue => (queue.TryGet(out int item), item), model => (model.TryDequeue(out int item), item))
                .Add("Qsize", queue => queue.Qsize, model => model.Count),
            s_options);

    [Fact]
    public void LifoQueue_is_linearizable() =>
        Check.Linearizable(
            () => new Queues.LifoQueue<int>(),
            () => new Stack<int>(),
            operations => operations
                .Add("Put", [1, 2, 3], (queue, item) => queue.Put(item), (model, item) => model.Push(item))
                .Add("Get", queue => queue.Get(), model => model.Pop(), when: model => model.Count > 0)
                .Add("TryGet", queue => (queue.TryGet(out int item), item), model => (model.TryPop(out int item), item)),
            s_options);

    [Fact]
    public void PriorityQueue_is_linearizable() =>
        Check.Linearizable(
            () => new Queues.PriorityQueue<int>(),
            () => new PriorityQueue<int, int>(),
            operations => operations
                .Add("Put", [3, 1, 2], (queue, item) => queue.Put(item), (model, item) => model.Enqueue(item, item))
                .Add("Get", queue => queue.Get(), model => model.Dequeue(), when: model => model.Count > 0)
                .Add("TryGet", queue => (queue.TryGet(out int item), item), model => (model.TryDequeue(out int item, out _), item)),
            s_options);

    [Fact]
    public void SimpleQueue_is_linearizable() =>
        Check.Linearizable(
            () => new Queues.SimpleQueue<int>(),
            () => new Queue<int>(),
            operations => operations
                .Add("Put", [1, 2, 3], (queue, item) => queue.Put(item), (model, item) => model.Enqueue(item))
                .Add("Get", queue => queue.Get(), model => model.Dequeue(), when: model => model.Count > 0)
                .Add("GetAsync", queue => queue.GetAsync(), model => model.Dequeue(), when: model => model.Count > 0)
                .Add("TryGet", queue => (queue.TryGet(out int item), item), model => (model.TryDequeue(out int item), item))
                .Add("Qsize", queue => queue.Qsize, model => model.Count),
            s_options);

    /// <summary>A queue is its own model: what it does on one thread, including the shutdown, it must also do on several.</summary>
    [Fact]
    public void Queue_behaves_on_several_threads_as_on_one() =>
        Check.Linearizable(
            () => new Queues.Queue<int>(1),
            operations => operations
                .Add("Put", [1, 2], (queue, item) => queue.Put(item))
                .Add("TryPut", [3], (queue, item) => queue.TryPut(item))
                .Add("Get", queue => queue.Get())
                .Add("GetNowait", queue => queue.GetNowait())
                .Add("Shutdown", queue => queue.Shutdown())
                .Add("Full", queue => queue.Full),
            s_options);
}
