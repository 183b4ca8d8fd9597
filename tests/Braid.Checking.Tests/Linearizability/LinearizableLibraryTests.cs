using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Braid.Checking.Tests.Linearizability;

/// <summary>.NET's own thread-safe collections are linearizable.</summary>
public sealed class LinearizableLibraryTests
{
    private static readonly LinearizabilityOptions s_options = new() { Schedules = 200, Scenarios = 60, Time = Timeout.InfiniteTimeSpan };

    [Fact]
    public void ConcurrentDictionary_is_linearizable() =>
        Passes(Check.ExploreLinearizable(
            () => new ConcurrentDictionary<int, int>(),
            () => new Dictionary<int, int>(),
            operations => operations
                .Add("TryAdd", [1, 2], [5, 6], (it, key, value) => it.TryAdd(key, value), (model, key, value) => model.TryAdd(key, value))
                .Add(
                    "TryRemove",
                    [1, 2],
                    (it, key) => (it.TryRemove(key, out int value), value),
                    (model, key) => (model.Remove(key, out int value), value))
                .Add(
                    "TryGetValue",
                    [1, 2],
                    (it, key) => (it.TryGetValue(key, out int value), value),
                    (model, key) => (model.TryGetValue(key, out int value), value))
                .Add("Set", [1, 2], [7, 8], (it, key, value) => it[key] = value, (model, key, value) => model[key] = value)
                .Add("Get", [1, 2], (it, key) => it[key], (model, key) => model[key])
                .Add(
                    "AddOrUpdate",
                    [1, 2],
                    (it, key) => it.AddOrUpdate(key, 1, (_, value) => value + 1),
                    (model, key) => model[key] = model.TryGetValue(key, out int value) ? value + 1 : 1)
                .Add("Count", it => it.Count, model => model.Count)
                .Add("IsEmpty", it => it.IsEmpty, model => model.Count == 0)
                .Add("Keys", it => it.Keys.Order().ToArray(), model => model.Keys.Order().ToArray())
                .Add("Clear", it => it.Clear(), model => model.Clear()),
            s_options));

    [Fact]
    public void ConcurrentQueue_is_linearizable() =>
        Passes(Check.ExploreLinearizable(
            () => new ConcurrentQueue<int>(),
            () => new Queue<int>(),
            operations => operations
                .Add("Enqueue", [1, 2, 3], (it, item) => it.Enqueue(item), (model, item) => model.Enqueue(item))
                .Add("TryDequeue", it => (it.TryDequeue(out int item), item), model => (model.TryDequeue(out int item), item))
                .Add("TryPeek", it => (it.TryPeek(out int item), item), model => (model.TryPeek(out int item), item))
                .Add("ToArray", it => it.ToArray(), model => model.ToArray())
                .Add("Count", it => it.Count, model => model.Count),
            s_options));

    [Fact]
    public void ConcurrentStack_is_linearizable() =>
        Passes(Check.ExploreLinearizable(
            () => new ConcurrentStack<int>(),
            () => new Stack<int>(),
            operations => operations
                .Add("Push", [1, 2, 3], (it, item) => it.Push(item), (model, item) => model.Push(item))
                .Add(
                    "PushRange",
                    [1, 2],
                    (it, item) => it.PushRange([item, item + 10]),
                    (model, item) => { model.Push(item); model.Push(item + 10); })
                .Add("TryPop", it => (it.TryPop(out int item), item), model => (model.TryPop(out int item), item))
                .Add("TryPeek", it => (it.TryPeek(out int item), item), model => (model.TryPeek(out int item), item))
                .Add("ToArray", it => it.ToArray(), model => model.ToArray())
                .Add("Clear", it => it.Clear(), model => model.Clear()),
            s_options));

    /// <summary>A bag may return any of its items; their number is fixed.</summary>
    [Fact]
    public void ConcurrentBag_is_linearizable_in_its_counts() =>
        Passes(Check.ExploreLinearizable(
            () => new ConcurrentBag<int>(),
            () => new Stack<int>(),
            operations => operations
                .Add("Add", it => it.Add(1), model => model.Push(1))
                .Add("TryTake", it => it.TryTake(out _), model => model.TryPop(out _))
                .Add("Count", it => it.Count, model => model.Count)
                .Add("IsEmpty", it => it.IsEmpty, model => model.Count == 0),
            s_options));

    [Fact]
    public void An_unbounded_channel_is_linearizable_with_its_waits_and_its_completion() =>
        Passes(Check.ExploreLinearizable(
            () => Channel.CreateUnbounded<int>(),
            operations => operations
                .Add("TryWrite", [1, 2, 3], (it, item) => it.Writer.TryWrite(item))
                .Add("TryRead", it => (it.Reader.TryRead(out int item), item))
                .Add("ReadAsync", it => it.Reader.ReadAsync())
                .Add("WaitToReadAsync", async it => await it.Reader.WaitToReadAsync())
                .Add("TryComplete", it => it.Writer.TryComplete())
                .Add("Count", it => it.Reader.Count),
            s_options));

    /// <summary>The exception of a failed task is the exception of its operation.</summary>
    [Fact]
    public void A_closed_channel_throws_from_its_tasks() =>
        Passes(Check.ExploreLinearizable(
            () => Channel.CreateBounded<int>(1),
            operations => operations
                .Add("WriteAsync", [4, 5], (it, item) => it.Writer.WriteAsync(item))
                .Add("ReadAsync", it => it.Reader.ReadAsync())
                .Add("WaitToWriteAsync", async it => await it.Writer.WaitToWriteAsync())
                .Add("TryComplete", it => it.Writer.TryComplete(new TimeoutException())),
            s_options));

    [Fact]
    public void A_bounded_channel_is_a_queue_whose_writers_wait() =>
        Passes(Check.ExploreLinearizable(
            () => Channel.CreateBounded<int>(1),
            () => new Queue<int>(),
            operations => operations
                .Add("TryWrite", [1, 2, 3], (it, item) => it.Writer.TryWrite(item), (model, item) => TryEnqueue(model, item))
                .Add(
                    "WriteAsync",
                    [4, 5],
                    (it, item) => it.Writer.WriteAsync(item),
                    (model, item) => model.Enqueue(item),
                    when: (model, _) => model.Count < 1)
                .Add("TryRead", it => (it.Reader.TryRead(out int item), item), model => (model.TryDequeue(out int item), item))
                .Add("ReadAsync", it => it.Reader.ReadAsync(), model => model.Dequeue(), when: model => model.Count > 0),
            s_options));

    [Fact]
    public void A_blocking_collection_is_a_queue_whose_takers_wait() =>
        Passes(Check.ExploreLinearizable(
            () => new BlockingCollection<int>(2),
            () => new Queue<int>(),
            operations => operations
                .Add("Add", [1, 2], (it, item) => it.Add(item), (model, item) => model.Enqueue(item), when: (model, _) => model.Count < 2)
                .Add("Take", it => it.Take(), model => model.Dequeue(), when: model => model.Count > 0),
            s_options with { Scenarios = 30 }));

    /// <summary>
    /// An item is in the queue before it is counted. Another thread may take it with the count of a later item, whose taker then finds
    /// none.
    /// </summary>
    [Fact]
    public void TryTake_of_a_blocking_collection_may_miss_an_item_that_its_own_thread_has_added()
    {
        CheckReport report = Check.ExploreLinearizable(
            () => new BlockingCollection<int>(),
            () => new Queue<int>(),
            operations => operations
                .Add("Add", [1, 2], (it, item) => it.Add(item), (model, item) => model.Enqueue(item))
                .Add("TryTake", it => it.TryTake(out int item) ? item : 0, model => model.TryDequeue(out int item) ? item : 0),
            s_options with { Schedules = 2_000, Threads = 2 });
        Assert.True(report.Verdict == Verdict.NotLinearizable, report.ToString());
        Assert.Contains(
            "TryTake() returned 0, but in every order of the calls that fits the other results it returns ",
            report.Sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_semaphore_admits_as_many_threads_as_it_has_permits() =>
        Passes(Check.ExploreLinearizable(
            () => new SemaphoreSlim(1, 2),
            operations => operations
                .Add("Wait", it => it.Wait())
                .Add("WaitAsync", it => it.WaitAsync())
                .Add("TryWait", it => it.Wait(0))
                .Add("Release", it => it.Release())
                .Add("CurrentCount", it => it.CurrentCount),
            s_options));

    [Fact]
    public void A_pass_states_what_was_tried_and_that_it_is_no_proof()
    {
        CheckReport report = Check.Linearizable(
            () => new ConcurrentStack<int>(),
            operations => operations.Add("Push", [1, 2, 3], (it, item) => it.Push(item))
                .Add("TryPeek", it => (it.TryPeek(out int item), item)),
            s_options);
        Assert.Matches(@"^60 random scenarios, [0-9,]+ schedules in [0-9.]+ s: \d+ of the scenarios in every schedule", report.Proves);
        Assert.EndsWith("a sample of what programs may call, and no proof", report.Proves, StringComparison.Ordinal);
        Assert.EndsWith(
            "scenarios of at most 3 threads with 3 calls each, 2 before and 2 after them, of Push and TryPeek",
            report.Covers,
            StringComparison.Ordinal);
        Assert.False(report.Exhaustive);
    }

    private static bool TryEnqueue(Queue<int> model, int item)
    {
        if (model.Count == 1)
        {
            return false;
        }

        model.Enqueue(item);
        return true;
    }

    private static void Passes(CheckReport report) => Assert.True(report.Verdict == Verdict.Passed, report.ToString());
}
