using Braid.Multiprocessing;
using Braid.Queues;

namespace Braid.Tests;

/// <summary>What a process leaves in a queue that is killed, or stopped, inside a call. The killed one is played by the token of a process that is dead.</summary>
public sealed class KilledAtQueueTests : TimedTest
{
    [Fact]
    public void Killed_while_putting_leaves_nothing_and_blocks_no_process()
    {
        using var queue = new Multiprocessing.Queue<int>();
        queue.Put(1);
        LeaveHalfAPut(queue);
        Assert.Equal(1, queue.Qsize);
        queue.Put(2);
        Assert.Equal([1, 2], queue.GetMany(9));
        Assert.Equal((0, 2), (queue.Qsize, queue.UnfinishedTasks));
    }

    [Fact]
    public void Killed_while_getting_loses_nothing_and_blocks_no_process()
    {
        using var queue = new Multiprocessing.Queue<int>();
        queue.Put(1);
        queue.Put(2);
        LeaveHalfAGet(queue);
        Assert.Equal(2, queue.Qsize);
        Assert.Equal(1, queue.GetNowait());
        Assert.Equal(2, queue.GetNowait());
        Assert.True(queue.Empty);
    }

    [Fact]
    public unsafe void Killed_between_the_commit_and_the_wake_delays_the_sleeper_by_a_slice_at_most()
    {
        using var queue = new Multiprocessing.Queue<int>();
        using var twin = SharedQueues.TwinOf(queue);
        queue.Put(1);
        queue.Get();
        int got = 0;
        var getter = new System.Threading.Thread(() => got = twin.Get());
        getter.Start();
        Eventually.Holds(() => queue.GetterCount == 1);
        RingState* head = SharedQueues.HeadOf(queue);
        RingPlace place = head->Put.Own;
        long length = place.Offset;   // of the one message there was
        Buffer.MemoryCopy(RegionOf(queue), RegionOf(queue) + length, length, length);
        head->Put.Commit(new RingPlace { Offset = 2 * length, Bytes = 2 * length, Count = 2 });   // and nobody is woken
        getter.Join();
        Assert.Equal(1, got);
    }

    [Fact]
    public void A_stopped_putter_is_not_robbed_and_calls_with_a_timeout_give_up()
    {
        using var queue = new Multiprocessing.Queue<int>();
        queue.Put(1);
        int stopped = ProcessTable.Current.Reserve();
        SharedQueues.PutGateOf(queue) = stopped;
        Assert.False(queue.TryPut(2, Brief));
        var full = Assert.Throws<QueueFullException>(() => queue.PutNowait(2));
        Assert.Contains("more than a second", full.Message, StringComparison.Ordinal);
        Assert.Equal(1, queue.Get());   // getters do not depend on it
        ProcessTable.Current.MarkDead(stopped);
        queue.Put(3);
        Assert.Equal(3, queue.Get());
    }

    [Fact]
    public void A_stopped_getter_is_not_robbed_and_calls_with_a_timeout_give_up()
    {
        using var queue = new Multiprocessing.Queue<int>();
        queue.Put(1);
        int stopped = ProcessTable.Current.Reserve();
        SharedQueues.GetGateOf(queue) = stopped;
        Assert.False(queue.TryGet(out _, Brief));
        var empty = Assert.Throws<QueueEmptyException>(() => queue.GetNowait());
        Assert.Contains("more than a second", empty.Message, StringComparison.Ordinal);
        queue.Put(2);
        ProcessTable.Current.MarkDead(stopped);
        Assert.Equal([1, 2], queue.GetMany(9));
    }

    [Fact]
    public async Task A_wait_for_a_gate_ends_when_its_holder_dies()
    {
        using var queue = new Multiprocessing.Queue<int>();
        int holder = ProcessTable.Current.Reserve();
        SharedQueues.PutGateOf(queue) = holder;
        await using var blocked = new BlockingActor();
        await using var awaiting = new AwaitingActor();
        Task first = blocked.Put(queue, 1, Cancellation);
        Task second = awaiting.Put(queue, 2, Cancellation);
        Eventually.Holds(() => queue.PutterCount == 2);
        ProcessTable.Current.MarkDead(holder);
        await Task.WhenAll(first, second);
        Assert.Equal(2, queue.Qsize);
    }

    [Fact]
    public unsafe void Who_died_waiting_is_taken_off_the_count_by_who_waits_on()
    {
        using var queue = new Multiprocessing.Queue<int>();
        int dead = SharedQueues.DeadToken();
        int slot = ProcessTable.SlotOf(dead);
        RingState* head = SharedQueues.HeadOf(queue);
        head->Getters = 3;
        (&head->FirstPeer + slot)->Getters = ((long)dead << 32) | 3;
        head->Known[slot / 64] |= 1L << (slot % 64);
        int got = 0;
        var getter = new System.Threading.Thread(() => got = queue.Get());
        getter.Start();
        Eventually.Holds(() => queue.GetterCount == 1);
        queue.Put(5);
        getter.Join();
        Assert.Equal((5, 0), (got, queue.GetterCount));
    }

    [Fact]
    public void What_a_process_took_last_is_known_until_it_comes_back()
    {
        using var queue = new Multiprocessing.Queue<int>();
        queue.Put(1);
        queue.Put(2);
        Assert.Equal(0, queue.TakenBy(ProcessTable.Self));
        queue.Get();
        Assert.Equal(1, queue.TakenBy(ProcessTable.Self));
        queue.TaskDone();
        Assert.Equal(0, queue.TakenBy(ProcessTable.Self));
        queue.Get();
        Assert.Equal(2, queue.TakenBy(ProcessTable.Self));
        Assert.False(queue.TryGet(out _));
        Assert.Equal(0, queue.TakenBy(ProcessTable.Self));
    }

    [Fact]
    public unsafe void Killed_just_before_the_commit_has_not_taken_the_message()
    {
        using var queue = new Multiprocessing.Queue<int>();
        queue.Put(1);
        int dead = SharedQueues.DeadToken();
        RingPeer* peer = &SharedQueues.HeadOf(queue)->FirstPeer + ProcessTable.SlotOf(dead);
        (peer->Taken, peer->Token) = (1, dead);
        Assert.Equal(0, queue.TakenBy(dead));
        queue.Get();
        Assert.Equal(1, queue.TakenBy(dead));   // as if it had been that one
    }

    /// <summary>Everything that a put does before it commits: bytes, a note to go on elsewhere, the copy of the place that does not count yet.</summary>
    private static unsafe void LeaveHalfAPut(Multiprocessing.Queue<int> queue)
    {
        RingState* head = SharedQueues.HeadOf(queue);
        RingPlace place = head->Put.Own;
        *(long*)(RegionOf(queue) + place.Offset) = ~3L;
        new Span<byte>(RegionOf(queue) + place.Offset + sizeof(long), 100).Fill(0xEE);
        FillSpareCopy(&head->Put);
        SharedQueues.PutGateOf(queue) = SharedQueues.DeadToken();
    }

    private static unsafe void LeaveHalfAGet(Multiprocessing.Queue<int> queue)
    {
        FillSpareCopy(&SharedQueues.HeadOf(queue)->Get);
        SharedQueues.GetGateOf(queue) = SharedQueues.DeadToken();
    }

    private static unsafe void FillSpareCopy(RingCursor* cursor)
    {
        long version = *(long*)cursor;
        var copies = (RingPlace*)((long*)cursor + 1);
        new Span<byte>(copies + (1 - (version & 1)), sizeof(RingPlace)).Fill(0xEE);
    }

    private static unsafe byte* RegionOf(Multiprocessing.Queue<int> queue) => ((IShared)queue).Segment.Data + RingState.Size;
}
