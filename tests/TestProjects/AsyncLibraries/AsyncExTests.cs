using System.Collections.Concurrent;
using Nito.AsyncEx;
using Xunit;

namespace AsyncLibrariesProject;

/// <summary>Nito.AsyncEx.Coordination, used as its documentation says.</summary>
public sealed class AsyncExTests
{
    [Fact]
    public async Task A_lock_admits_one_after_the_other()
    {
        var gate = new AsyncLock();
        int count = 0;
        await Task.WhenAll(Task.Run(CountAsync), Task.Run(CountAsync), Task.Run(CountOnThread));
        Assert.Equal(3, count);

        async Task CountAsync()
        {
            using (await gate.LockAsync())
            {
                int before = count;
                await Task.Yield();
                count = before + 1;
            }
        }

        void CountOnThread()
        {
            using (gate.Lock())
            {
                count++;
            }
        }
    }

    [Fact]
    public async Task A_cancelled_wait_for_a_lock_does_not_take_it()
    {
        var gate = new AsyncLock();
        using var cancel = new CancellationTokenSource();
        Task<bool> waits;
        using (await gate.LockAsync())
        {
            waits = Task.Run(async () =>
            {
                try
                {
                    using (await gate.LockAsync(cancel.Token))
                    {
                        return true;
                    }
                }
                catch (OperationCanceledException)
                {
                    return false;
                }
            });
            await Task.Run(cancel.Cancel);
        }

        await waits;
        using (await gate.LockAsync())
        {
        }
    }

    [Fact]
    public async Task A_lock_whose_waiter_is_cancelled_while_it_is_released_goes_on()
    {
        var gate = new AsyncLock();
        using var cancel = new CancellationTokenSource();
        IDisposable held = await gate.LockAsync();
        Task first = TryAsync(cancel.Token);
        Task second = TryAsync(CancellationToken.None);
        await Task.WhenAll(Task.Run(held.Dispose), Task.Run(cancel.Cancel), first, second);
        using (gate.Lock())
        {
        }

        async Task TryAsync(CancellationToken token)
        {
            try
            {
                using (await gate.LockAsync(token))
                {
                    await Task.Yield();
                }
            }
            catch (OperationCanceledException)
            {
                // The lock is free for the next.
            }
        }
    }

    [Fact]
    public async Task A_semaphore_keeps_its_permits()
    {
        var gate = new AsyncSemaphore(1);
        using var cancel = new CancellationTokenSource();
        int inside = 0;
        Task[] all = [EnterAsync(CancellationToken.None), EnterAsync(cancel.Token), Task.Run(() => EnterAsync(CancellationToken.None))];
        cancel.Cancel();
        await Task.WhenAll(all);
        Assert.Equal(1, gate.CurrentCount);

        async Task EnterAsync(CancellationToken token)
        {
            try
            {
                await gate.WaitAsync(token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            gate.Release();
        }
    }

    [Fact]
    public async Task An_auto_reset_event_lets_one_through_for_each_signal()
    {
        var ready = new AsyncAutoResetEvent();
        Task one = Task.Run(() => ready.WaitAsync());
        Task other = Task.Run(() => ready.Wait());
        Task sets = Task.Run(() => ready.Set());
        await Task.WhenAny(one, other);
        await sets;
        ready.Set();
        await Task.WhenAll(one, other);
        Assert.False(ready.IsSet);
    }

    [Fact]
    public async Task A_signal_that_meets_a_cancellation_is_not_lost()
    {
        var ready = new AsyncAutoResetEvent();
        using var cancel = new CancellationTokenSource();
        Task<bool> first = WaitAsync(cancel.Token);
        await Task.WhenAll(Task.Run(() => ready.Set()), Task.Run(cancel.Cancel));
        if (!await first)
        {
            await ready.WaitAsync();
        }

        Assert.False(ready.IsSet);

        async Task<bool> WaitAsync(CancellationToken token)
        {
            try
            {
                await ready.WaitAsync(token);
                return true;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_manual_reset_event_releases_all()
    {
        var ready = new AsyncManualResetEvent();
        Task one = Task.Run(() => ready.WaitAsync());
        Task other = Task.Run(() => ready.Wait());
        await Task.Run(() => ready.Set());
        await Task.WhenAll(one, other);
        ready.Reset();
        Assert.False(ready.IsSet);
    }

    [Fact]
    public async Task A_countdown_ends_at_zero()
    {
        var left = new AsyncCountdownEvent(2);
        int done = 0;
        Task waits = Task.Run(async () =>
        {
            await left.WaitAsync();
            Assert.Equal(2, Volatile.Read(ref done));
        });
        await Task.WhenAll(Task.Run(Work), Task.Run(Work), waits);
        Assert.Equal(0, left.CurrentCount);

        void Work()
        {
            Interlocked.Increment(ref done);
            left.Signal();
        }
    }

    [Fact]
    public async Task A_condition_wakes_its_waiter()
    {
        var gate = new AsyncLock();
        var changed = new AsyncConditionVariable(gate);
        var items = new Queue<int>();
        Task<int> takes = Task.Run(TakeAsync);
        Task<int> alsoTakes = Task.Run(TakeAsync);
        await Task.WhenAll(Task.Run(() => PutAsync(1)), Task.Run(() => PutAsync(2)));
        Assert.Equal(3, await takes + await alsoTakes);

        async Task<int> TakeAsync()
        {
            using (await gate.LockAsync())
            {
                while (items.Count == 0)
                {
                    await changed.WaitAsync();
                }

                return items.Dequeue();
            }
        }

        async Task PutAsync(int item)
        {
            using (await gate.LockAsync())
            {
                items.Enqueue(item);
                changed.Notify();
            }
        }
    }

    [Fact]
    public async Task A_monitor_hands_an_item_over()
    {
        var monitor = new AsyncMonitor();
        string? item = null;
        Task<string> takes = Task.Run(async () =>
        {
            using (await monitor.EnterAsync())
            {
                while (item is null)
                {
                    await monitor.WaitAsync();
                }

                return item;
            }
        });
        await Task.Run(async () =>
        {
            using (await monitor.EnterAsync())
            {
                item = "here";
                monitor.PulseAll();
            }
        });
        Assert.Equal("here", await takes);
    }

    [Fact]
    public async Task Readers_and_writers_exclude_each_other()
    {
        var gate = new AsyncReaderWriterLock();
        int readers = 0;
        int value = 0;
        await Task.WhenAll(Task.Run(ReadAsync), Task.Run(WriteAsync), Task.Run(WriteAsync));
        Assert.Equal(2, value);

        async Task ReadAsync()
        {
            using (await gate.ReaderLockAsync())
            {
                Interlocked.Increment(ref readers);
                int before = value;
                await Task.Yield();
                Assert.Equal(before, value);
                Interlocked.Decrement(ref readers);
            }
        }

        async Task WriteAsync()
        {
            using (await gate.WriterLockAsync())
            {
                Assert.Equal(0, Volatile.Read(ref readers));
                int before = value;
                await Task.Yield();
                value = before + 1;
            }
        }
    }

    [Fact]
    public async Task A_writer_that_is_cancelled_holds_no_reader_up()
    {
        var gate = new AsyncReaderWriterLock();
        using var cancel = new CancellationTokenSource();
        IDisposable reads = await gate.ReaderLockAsync();
        Task writes = Task.Run(async () =>
        {
            try
            {
                using (await gate.WriterLockAsync(cancel.Token))
                {
                }
            }
            catch (OperationCanceledException)
            {
                // The readers go on.
            }
        });
        Task alsoReads = Task.Run(async () =>
        {
            using (await gate.ReaderLockAsync())
            {
            }
        });
        await Task.Run(cancel.Cancel);
        await alsoReads;
        reads.Dispose();
        await writes;
        using (await gate.WriterLockAsync())
        {
        }
    }

    [Fact]
    public async Task A_queue_hands_on_each_item_once()
    {
        var queue = new AsyncProducerConsumerQueue<int>(1);
        Task<int> one = Task.Run(SumAsync);
        Task<int> other = Task.Run(SumAsync);
        await queue.EnqueueAsync(1);
        await queue.EnqueueAsync(2);
        queue.CompleteAdding();
        Assert.Equal(3, await one + await other);

        async Task<int> SumAsync()
        {
            int sum = 0;
            while (true)
            {
                try
                {
                    sum += await queue.DequeueAsync();
                }
                catch (InvalidOperationException)
                {
                    return sum;     // the queue is complete
                }
            }
        }
    }

    [Fact]
    public async Task A_queue_that_is_complete_tells_those_who_wait()
    {
        var queue = new AsyncProducerConsumerQueue<int>();
        Task<bool> available = Task.Run(() => queue.OutputAvailableAsync());
        Task<bool> alsoAvailable = Task.Run(() => queue.OutputAvailableAsync());
        await Task.Run(queue.CompleteAdding);
        Assert.False(await available);
        Assert.False(await alsoAvailable);
    }

    [Fact]
    public async Task A_cancelled_dequeue_takes_no_item()
    {
        var queue = new AsyncProducerConsumerQueue<int>();
        using var cancel = new CancellationTokenSource();
        Task<int> takes = Task.Run(async () =>
        {
            try
            {
                return await queue.DequeueAsync(cancel.Token);
            }
            catch (OperationCanceledException)
            {
                return 0;
            }
        });
        await Task.WhenAll(Task.Run(cancel.Cancel), Task.Run(() => queue.EnqueueAsync(7)));
        Assert.Equal(7, await takes is 0 ? await queue.DequeueAsync() : await takes);
    }

    [Fact]
    public async Task A_collection_of_a_stack_gives_back_what_was_put_in()
    {
        var collection = new AsyncCollection<int>(new ConcurrentStack<int>(), 1);
        Task puts = Task.Run(async () =>
        {
            await collection.AddAsync(1);
            await collection.AddAsync(2);
            collection.CompleteAdding();
        });
        int sum = 0;
        while (await collection.OutputAvailableAsync())
        {
            sum += await collection.TakeAsync();
        }

        await puts;
        Assert.Equal(3, sum);
    }

    [Fact]
    public async Task A_lazy_value_is_made_once()
    {
        int made = 0;
        var lazy = new AsyncLazy<int>(async () =>
        {
            await Task.Yield();
            return Interlocked.Increment(ref made);
        });
        int[] values = await Task.WhenAll(Task.Run(async () => await lazy), Task.Run(async () => await lazy));
        Assert.Equal([1, 1], values);
    }

    [Fact]
    public async Task A_lazy_value_that_failed_is_tried_again_if_asked_to()
    {
        int tries = 0;
        var lazy = new AsyncLazy<int>(
            async () =>
            {
                await Task.Yield();
                return Interlocked.Increment(ref tries) == 1 ? throw new TimeoutException() : 5;
            },
            AsyncLazyFlags.RetryOnFailure);
        await Task.WhenAll(Task.Run(TryAsync), Task.Run(TryAsync));
        Assert.Equal(5, await lazy);

        async Task TryAsync()
        {
            try
            {
                await lazy;
            }
            catch (TimeoutException)
            {
                // The next one tries again.
            }
        }
    }

    [Fact]
    public async Task Paused_work_goes_on_when_it_may()
    {
        var source = new PauseTokenSource { IsPaused = true };
        Task works = Task.Run(() => source.Token.WaitWhilePausedAsync());
        Task alsoWorks = Task.Run(() => source.Token.WaitWhilePausedAsync());
        await Task.Run(() => source.IsPaused = false);
        await Task.WhenAll(works, alsoWorks);
    }
}
