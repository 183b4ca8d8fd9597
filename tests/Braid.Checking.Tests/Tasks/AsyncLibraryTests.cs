using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Tasks;

/// <summary>.NET's own asynchronous classes: correct use is silent, and wrong use is found.</summary>
public class AsyncLibraryTests
{
    [Fact]
    public void A_semaphore_admits_one_task_after_the_other() => Explored.Holds(static async () =>
    {
        using var gate = new SemaphoreSlim(1, 1);
        int inside = 0;
        int total = 0;
        async Task Enter()
        {
            await gate.WaitAsync();
            try
            {
                Assert.Equal(1, ++inside);
                await Task.Yield();
                total++;
                inside--;
            }
            finally
            {
                gate.Release();
            }
        }

        await Task.WhenAll(Enter(), Enter(), Enter());
        Assert.Equal(3, total);
        Assert.Equal(1, gate.CurrentCount);
    });

    [Fact]
    public void A_permit_released_after_a_cancelled_wait_admits_two_tasks() => Explored.Fails(Verdict.AssertionFailed, static async () =>
    {
        using var gate = new SemaphoreSlim(1);
        using var cancel = new CancellationTokenSource();
        int inside = 0;
        async Task Enter(CancellationToken token)
        {
            try
            {
                await gate.WaitAsync(token);
                Assert.Equal(1, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
            catch (OperationCanceledException)
            {
            }
            finally
            {
                gate.Release();     // even if it was never entered
            }
        }

        Task first = Enter(default);
        Task second = Enter(cancel.Token);
        cancel.Cancel();
        Task third = Enter(default);
        Task fourth = Enter(default);
        await Task.WhenAll(first, second, third, fourth);
    });

    [Fact]
    public void Threads_and_tasks_wait_for_one_semaphore() => Explored.Holds(static async () =>
    {
        using var gate = new SemaphoreSlim(0);
        int count = 0;
        Task blocks = Task.Run(() =>
        {
            gate.Wait();
            Interlocked.Increment(ref count);
        });
        Task awaits = Enter();
        gate.Release(2);
        await Task.WhenAll(blocks, awaits);
        Assert.Equal(2, count);

        async Task Enter()
        {
            Assert.True(await gate.WaitAsync(TimeSpan.FromHours(1)));
            Interlocked.Increment(ref count);
        }
    });

    [Fact]
    public void A_bounded_channel_delivers_everything_written() => Explored.Holds(static async () =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(1);
        Task writer = Task.Run(async () =>
        {
            for (int i = 1; i <= 3; i++)
            {
                await channel.Writer.WriteAsync(i);
            }

            channel.Writer.Complete();
        });
        List<int> read = [];
        await foreach (int item in channel.Reader.ReadAllAsync())
        {
            read.Add(item);
        }

        await writer;
        Assert.Equal([1, 2, 3], read);
    });

    [Fact]
    public void A_channel_completed_while_a_writer_waits_throws_in_the_writer() =>
        Explored.Fails(Verdict.AssertionFailed, static async () =>
        {
            Channel<int> channel = Channel.CreateBounded<int>(1);
            Task writer = Task.Run(async () =>
            {
                await channel.Writer.WriteAsync(1);
                await channel.Writer.WriteAsync(2);
            });
            Assert.Equal(1, await channel.Reader.ReadAsync());
            channel.Writer.TryComplete();
            await writer;
        });

    [Fact]
    public void A_periodic_timer_ticks_in_virtual_time() => Explored.Holds(static async () =>
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1));
        int ticks = 0;
        Task stop = Task.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(3.5));
            timer.Dispose();
        });
        while (await timer.WaitForNextTickAsync())
        {
            ticks++;
        }

        await stop;
        Assert.Equal(3, ticks);
    });

    [Fact]
    public void Parallel_loops_run_all_their_iterations() => Explored.Holds(static async () =>
    {
        int sum = 0;
        Parallel.For(1, 4, i => Interlocked.Add(ref sum, i));
        Parallel.Invoke(() => Interlocked.Add(ref sum, 10), () => Interlocked.Add(ref sum, 20));
        await Parallel.ForEachAsync([100, 200], async (i, _) =>
        {
            await Task.Yield();
            Interlocked.Add(ref sum, i);
        });
        Assert.Equal(336, sum);
    });

    [Fact]
    public void A_parallel_loop_that_counts_without_a_lock_loses_turns() => Explored.Fails(Verdict.LostUpdate, static () =>
    {
        int sum = 0;
        Parallel.For(0, 2, _ => sum++);
        Assert.Equal(2, sum);
    });

    [Fact]
    public void A_pipe_delivers_everything_written() => Explored.Holds(static async () =>
    {
        var pipe = new System.IO.Pipelines.Pipe();
        Task writer = Task.Run(async () =>
        {
            await pipe.Writer.WriteAsync(new byte[] { 1, 2 });
            await pipe.Writer.CompleteAsync();
        });
        long length = 0;
        while (true)
        {
            System.IO.Pipelines.ReadResult read = await pipe.Reader.ReadAsync();
            length += read.Buffer.Length;
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        await writer;
        Assert.Equal(2, length);
    });

    /// <summary>The consumer finds the list of exceptions before one is in it (docs/found.md).</summary>
    [Fact]
    public void A_block_for_one_producer_that_is_faulted_at_work_may_never_complete() => Explored.Fails(Verdict.Deadlock, static () =>
    {
        var block = new ActionBlock<int>(static _ => { }, new ExecutionDataflowBlockOptions { SingleProducerConstrained = true });
        block.Post(1);
        ((IDataflowBlock)block).Fault(new TimeoutException());
        Task.WaitAny(block.Completion);
    });

    /// <summary>Fault takes the messages out while the block does, from a queue made for one consumer (docs/found.md).</summary>
    [Fact]
    public void A_block_that_is_faulted_at_work_may_get_what_was_never_sent() => Explored.Fails(Verdict.AssertionFailed, static () =>
    {
        bool isStrange = false;
        var block = new ActionBlock<string>(text => Volatile.Write(ref isStrange, text is null));
        block.Post("text");
        ((IDataflowBlock)block).Fault(new TimeoutException());
        Task.WaitAny(block.Completion);
        Assert.False(Volatile.Read(ref isStrange));
    });

    [Fact]
    public void Dataflow_blocks_process_their_items() => Explored.Holds(static async () =>
    {
        int sum = 0;
        var block = new ActionBlock<int>(item => sum += item);
        block.Post(1);
        block.Post(2);
        block.Complete();
        await block.Completion;
        Assert.Equal(3, sum);
    });

    [Fact]
    public void An_async_sequence_is_enumerated_and_disposed() => Explored.Holds(static async () =>
    {
        bool disposed = false;
        int sum = 0;
        await foreach (int item in Numbers())
        {
            sum += item;
            if (item == 2)
            {
                break;
            }
        }

        Assert.Equal(3, sum);
        Assert.True(disposed);
        await using (new Resource())
        {
            await Task.Yield();
        }

        async IAsyncEnumerable<int> Numbers()
        {
            try
            {
                for (int i = 1; ; i++)
                {
                    await Task.Yield();
                    yield return i;
                }
            }
            finally
            {
                disposed = true;
            }
        }
    });

    [Fact]
    public void A_continuation_inside_SetResult_blocks_on_the_lock_of_the_setter() => Explored.Fails(Verdict.Deadlock, static () =>
    {
        object gate = new();
        var source = new TaskCompletionSource();
        using var done = new ManualResetEventSlim();
        async Task Wait()
        {
            await source.Task;
            var other = new Thread(() =>
            {
                lock (gate)
                {
                    done.Set();
                }
            });
            other.Start();
            done.Wait();
        }

        Task waiter = Wait();
        lock (gate)
        {
            source.SetResult();
        }

        waiter.Wait();
    });

    private sealed class Resource : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Task.Yield();
    }
}
