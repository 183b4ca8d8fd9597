using Braid.Diagnostics;

namespace Braid.Tests;

/// <summary>What the contract of queues cannot say of <see cref="Queues.Queue.GetAny"/>: order, failing stores, wrong arguments, the pool.</summary>
public sealed class QueueAnyTests : TimedTest
{
    [Fact]
    public async Task Who_awaits_any_of_several_queues_is_served_in_its_turn()
    {
        var one = new Queues.Queue<int>();
        var two = new Queues.Queue<int>();
        Task<int> first = one.GetAsync(Cancellation).AsTask();
        Task<(Queues.Queue<int> Queue, int Item)> second = Queues.Queue.GetAnyAsync([one, two], Cancellation).AsTask();
        Task<int> third = one.GetAsync(Cancellation).AsTask();
        one.Put(1);
        one.Put(2);
        one.Put(3);
        Assert.Equal(1, await first);
        Assert.Equal((one, 2), await second);
        Assert.Equal(3, await third);
        Assert.Equal(0, one.GetterCount + two.GetterCount);
    }

    [Fact]
    public void A_token_cancelled_before_the_call_takes_no_item_though_there_is_one()
    {
        var queue = new Queues.Queue<int>();
        queue.Put(1);
        var cancelled = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => Queues.Queue.GetAny([queue], cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => Queues.Queue.TryGetAny([queue], out _, out _, TimeSpan.Zero, cancelled));
        Assert.Equal(1, queue.Qsize);
    }

    [Fact]
    public async Task A_store_that_fails_fails_the_call_that_chose_it()
    {
        var failing = new FailingQueue(0) { GetFails = true };
        var other = new Queues.Queue<int>();
        Task<(Queues.Queue<int>, int)> waiting = Queues.Queue.GetAnyAsync<int>([other, failing], Cancellation).AsTask();
        failing.Put(1);
        await Assert.ThrowsAsync<StoreException>(() => waiting);
        Assert.Throws<StoreException>(() => Queues.Queue.GetAny<int>([failing, failing], Cancellation));
        failing.GetFails = false;
        Assert.Equal((failing, 1), Queues.Queue.GetAny<int>([other, failing], Cancellation));
    }

    [Fact]
    public async Task One_queue_given_twice_gives_one_item()
    {
        var queue = new Queues.Queue<int>();
        Task<(Queues.Queue<int> Queue, int Item)> waiting = Queues.Queue.GetAnyAsync([queue, queue], Cancellation).AsTask();
        queue.Put(1);
        queue.Put(2);
        Assert.Equal((queue, 1), await waiting);
        Assert.Equal(2, queue.GetNowait());
    }

    [Fact]
    public void Wrong_arguments_are_refused_at_the_call()
    {
        var queue = new Queues.Queue<int>();
        Assert.Throws<ArgumentException>(() => Queues.Queue.GetAny<int>([], Cancellation));
        Assert.Throws<ArgumentException>(() => Queues.Queue.GetAny([queue, null!], Cancellation));
        Assert.Throws<ArgumentNullException>(() => { _ = Queues.Queue.GetAnyAsync<int>(null!, Cancellation); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = Queues.Queue.TryGetAnyAsync([queue], TimeSpan.FromSeconds(-2), Cancellation); });
        Assert.Throws<ArgumentException>(() => Multiprocessing.Queue.GetAny<int>([], Cancellation));
    }

    [Fact]
    public async Task A_thread_that_is_interrupted_while_it_waits_for_any_leaves_all_lines()
    {
        Queues.Queue<int>[] queues = [new(), new()];
        using var scene = new DeadlockScene();
        Exception? thrown = null;
        var thread = new System.Threading.Thread(() => thrown = Record.Exception(() => Queues.Queue.GetAny(queues, CancellationToken.None)));
        thread.Start();
        Eventually.Holds(() => queues.All(queue => queue.GetterCount == 1));
        thread.Interrupt();
        thread.Join();
        Assert.IsType<ThreadInterruptedException>(thrown);
        Assert.Equal(0, queues.Sum(queue => queue.GetterCount));
        Task<int> next = queues[0].GetAsync(Cancellation).AsTask();
        queues[0].Put(4);
        Assert.Equal(4, await next);
    }

    [Fact]
    public void A_store_of_ones_own_says_what_peeking_needs()
    {
        var queue = new FailingQueue(0);
        queue.Put(1);
        Assert.Contains("PeekCore", Assert.Throws<NotSupportedException>(() => queue.Peek()).Message, StringComparison.Ordinal);
        Assert.Equal(1, queue.Get(Cancellation));
    }

    [Fact]
    public async Task The_wait_graph_says_who_waits_for_room_and_how_full_the_queue_is()
    {
        var queue = new Queues.Queue<int>(1);
        queue.Put(1);
        await using var putter = new BlockingActor();
        Task putting = putter.Do(() => queue.Put(2, CancellationToken.None));
        Eventually.Holds(() => queue.PutterCount == 1);
        Task<(Queues.Queue<int> Queue, int Item)> any = Queues.Queue.GetAnyAsync([new Queues.Queue<int>(), new Queues.Queue<int>()], Cancellation).AsTask();
        WaitGraph graph = WaitGraph.Capture();
        Assert.Matches("^actor waits for room in Queue, size=1/1, putters=1 ", Assert.Single(graph.Waits, wait => wait.Target == queue).ToString());
        Assert.Contains("an await waits for an item of any of 2 queues: Queue, size=0, getters=1; Queue, size=0, getters=1", graph.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, queue.Get(Cancellation));
        await putting;
        Assert.False(any.IsCompleted);
    }
}
