using Braid.Multiprocessing;
using Braid.Queues;

namespace Braid.Tests;

/// <summary>What only a queue between processes does: write items out, grow and shrink, be closed here and used there.</summary>
public sealed class SharedQueueTests : TimedTest
{
    [Fact]
    public void What_cannot_travel_is_refused_by_the_put_and_nothing_is_in()
    {
        using var queue = new Multiprocessing.Queue<object>();
        using var stream = new BufferedStream(new MemoryStream());
        Assert.Throws<PayloadException>(() => queue.Put(stream));
        Assert.Throws<PayloadException>(() => queue.PutNowait(stream));
        Assert.Equal((0, 0), (queue.Qsize, queue.UnfinishedTasks));
        queue.Put("text");
        Assert.Equal("text", queue.Get());
    }

    [Fact]
    public async Task What_cannot_travel_is_refused_by_the_awaited_put_through_its_task()
    {
        using var queue = new Multiprocessing.Queue<object>();
        using var stream = new BufferedStream(new MemoryStream());
        ValueTask put = queue.PutAsync(stream, Cancellation);
        await Assert.ThrowsAsync<PayloadException>(() => put.AsTask());
    }

    [Fact]
    public void Changes_after_the_put_do_not_reach_the_getter()
    {
        using var queue = new Multiprocessing.Queue<int[]>();
        int[] item = [1];
        queue.Put(item);
        item[0] = 2;
        Assert.Equal([1], queue.Get());
    }

    [Fact]
    public void Items_of_all_sizes_come_out_whole_and_in_order()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        using var queue = new Multiprocessing.Queue<byte[]>();
        var model = new System.Collections.Generic.Queue<byte[]>();
        for (int i = 0; i < 4000; i++)
        {
            bool grows = i / 500 % 2 == 0;
            if (random.Next(10) < (grows ? 7 : 3))
            {
                byte[] item = new byte[random.Next(1 << random.Next(19))];
                random.NextBytes(item);
                queue.Put(item);
                model.Enqueue(item);
            }
            else if (model.TryDequeue(out byte[]? expected))
            {
                Assert.True(expected.AsSpan().SequenceEqual(queue.GetNowait()), $"Item {i} with seed {seed} came out changed.");
            }

            Assert.Equal(model.Count, queue.Qsize);
        }

        while (model.TryDequeue(out byte[]? expected))
        {
            Assert.True(expected.AsSpan().SequenceEqual(queue.GetNowait()), $"An item with seed {seed} came out changed.");
        }

        Assert.Throws<QueueEmptyException>(() => queue.GetNowait());
    }

    [Fact]
    public void Growing_again_leaves_alone_the_ring_that_the_getters_have_not_left()
    {
        using var queue = new Multiprocessing.Queue<byte[]>();
        byte[][] items = [.. Enumerable.Range(0, 12).Select(i => Enumerable.Repeat((byte)i, 60_000).ToArray())];
        for (int i = 0; i < 4; i++)
        {
            queue.Put(items[i]);   // one in the first ring, two in the second, one in the third
        }

        Assert.Equal(4, queue.GetMany(4).Length);
        queue.Put([99]);           // in the first ring again, while the getters are still in the third
        foreach (byte[] item in items)
        {
            queue.Put(item);
        }

        Assert.Equal([99], queue.Get());
        Assert.Equal(items, queue.GetMany(12));
    }

    [Fact]
    public void An_item_of_many_megabytes_goes_through_whole()
    {
        using var queue = new Multiprocessing.Queue<byte[]>();
        byte[] item = new byte[40_000_001];
        new Random(1).NextBytes(item);
        queue.Put([1]);
        queue.Put(item);
        queue.Put([2]);
        Assert.Equal([1], queue.Get());
        Assert.True(item.AsSpan().SequenceEqual(queue.Get()));
        Assert.Equal([2], queue.Get());
    }

    [Fact]
    public void A_backlog_gives_its_memory_back_once_it_is_read()
    {
        using var queue = new Multiprocessing.Queue<byte[]>();
        byte[] item = new byte[1024 * 1024];
        for (int i = 0; i < 48; i++)
        {
            queue.Put(item);
        }

        Assert.True(BytesOf(queue) > 48_000_000, $"{BytesOf(queue):N0} bytes for 48 items of 1 MiB.");
        while (queue.TryGet(out _))
        {
        }

        queue.Put([]);   // begins in the smallest ring again, and the getter then leaves the large one
        queue.Get();
        Assert.True(BytesOf(queue) < 12_000_000, $"{BytesOf(queue):N0} bytes for an empty queue.");
    }

    [Fact]
    public void An_immediate_shutdown_gives_the_memory_back()
    {
        using var queue = new Multiprocessing.Queue<byte[]>();
        for (int i = 0; i < 16; i++)
        {
            queue.Put(new byte[1024 * 1024]);
        }

        queue.Shutdown(immediate: true);
        Assert.True(BytesOf(queue) < 1_000_000, $"{BytesOf(queue):N0} bytes for an empty queue.");
    }

    [Fact]
    public void Two_twins_of_a_queue_in_one_process_are_one_queue()
    {
        using var queue = new Multiprocessing.Queue<int>(3);
        using Multiprocessing.Queue<int> twin = SharedQueues.TwinOf(queue);
        queue.Put(1);
        twin.Put(2);
        Assert.Equal((2, 3), (twin.Qsize, twin.Maxsize));
        Assert.Equal(1, twin.Get());
        Assert.Equal(2, queue.Get());
        twin.Shutdown();
        Assert.Throws<QueueShutDownException>(() => queue.Put(3));
    }

    [Fact]
    public void A_queue_closed_here_is_of_no_more_use_here_and_goes_on_elsewhere()
    {
        var queue = new Multiprocessing.Queue<int>();
        using Multiprocessing.Queue<int> twin = SharedQueues.TwinOf(queue);
        queue.Put(1);
        queue.Close();
        queue.Close();
        Assert.Throws<ObjectDisposedException>(() => queue.Put(2));
        Assert.Throws<ObjectDisposedException>(() => queue.Get());
        Assert.Throws<ObjectDisposedException>(() => queue.GetNowait());
        Assert.Throws<ObjectDisposedException>(() => queue.Empty);
        Assert.Throws<ObjectDisposedException>(queue.TaskDone);
        Assert.Throws<ObjectDisposedException>(() => queue.Join());
        Assert.Equal("Queue, closed", queue.ToString());
        Assert.Equal(1, twin.Get());
    }

    [Fact]
    public async Task Closing_ends_the_waits_here_and_takes_them_off_the_count()
    {
        var queue = new Multiprocessing.Queue<int>();
        using Multiprocessing.Queue<int> twin = SharedQueues.TwinOf(queue);
        await using var blocked = new BlockingActor();
        await using var awaiting = new AwaitingActor();
        Task first = blocked.Get(queue, Cancellation);
        Task second = awaiting.Get(queue, Cancellation);
        Eventually.Holds(() => twin.GetterCount == 2);
        queue.Close();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
        Eventually.Holds(() => twin.GetterCount == 0);
    }

    [Fact]
    public void A_shared_object_in_an_item_stays_open_until_the_item_was_got()
    {
        using var queue = new Multiprocessing.Queue<Multiprocessing.Queue<int>>();
        var inner = new Multiprocessing.Queue<int>();
        Segment segment = ((IShared)inner).Segment;
        inner.Put(7);
        queue.Put(inner);
        inner.Close();
        Assert.False(segment.IsReleased);
        using (Multiprocessing.Queue<int> got = queue.Get())
        {
            Assert.False(queue.TryGet(out _));   // any later call lets go of what has arrived
            Assert.Equal(7, got.Get());
        }

        Assert.True(segment.IsReleased);
    }

    [Fact]
    public void An_item_that_cannot_be_rebuilt_fails_its_get_and_not_the_batch_before_it()
    {
        using var queue = new Multiprocessing.Queue<string>();
        Segment segment = ((IShared)queue).Segment;
        segment.AddReference();
        using var liar = Multiprocessing.Queue<Guid>.Over(segment);
        queue.Put("one");
        liar.Put(new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff"));
        queue.Put("three");
        Assert.Equal("one", Assert.Single(queue.GetMany(3)));
        Assert.Throws<PayloadException>(() => queue.Get());
        Assert.Equal("three", queue.Get());
    }

    [Fact]
    public async Task An_unlimited_number_of_tasks_can_be_unfinished()
    {
        using var queue = new Multiprocessing.JoinableQueue<int>();
        for (int i = 0; i < 40_000; i++)   // CPython's counter ends at the platform's semaphore maximum, 32,767 on many
        {
            queue.Put(i);
        }

        for (int i = 0; i < 40_000; i++)
        {
            queue.Get();
            queue.TaskDone();
        }

        await queue.JoinAsync(Cancellation);
        Assert.Throws<InvalidOperationException>(queue.TaskDone);
    }

    private static long BytesOf<T>(Multiprocessing.Queue<T> queue)
    {
        using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", $"-L -c %b /proc/{Environment.ProcessId}/fd/{((IShared)queue).Segment.Descriptor}") { RedirectStandardOutput = true })!;
        string blocks = stat.StandardOutput.ReadToEnd();
        stat.WaitForExit();
        return 512 * long.Parse(blocks, System.Globalization.CultureInfo.InvariantCulture);
    }
}
