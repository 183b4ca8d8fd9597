using Braid.Checking;

namespace Braid.Verification;

/// <summary>Awaiting waiters beside blocking ones.</summary>
public sealed class AwaitingProofs
{
    [Fact]
    public void A_permit_admits_an_awaiting_or_a_blocking_waiter() => Prove.That(1, static async () =>
    {
        var permits = new Threading.Semaphore(1);
        int inside = 0;
        Task blocks = Task.Run(() =>
        {
            permits.Acquire();
            inside++;
            permits.Release();
        });
        await permits.AcquireAsync();
        inside++;
        permits.Release();
        await blocks;
        Claim.That(inside == 2 && permits.Value == 1, "both were inside, and the permit is back");
    });

    [Fact]
    public void A_permit_that_an_awaiting_waiter_does_not_take_in_time_is_not_lost() => Prove.That(
        1,
        static async () =>
        {
            var permits = new Threading.Semaphore(0);
            Task gives = Task.Run(() => permits.Release());
            bool taken = await permits.TryAcquireAsync(TimeSpan.FromSeconds(1));
            await gives;
            Claim.That(permits.Value == (taken ? 0 : 1), "the permit is taken or left");
        },
        ClockMode.Racing);

    [Fact]
    public void A_permit_that_a_cancelled_waiter_does_not_take_is_not_lost() => Prove.That(1, static async () =>
    {
        var permits = new Threading.Semaphore(0);
        using var cancel = new CancellationTokenSource();
        Task gives = Task.Run(() => permits.Release());
        Task cancels = Task.Run(cancel.Cancel);
        bool taken = true;
        try
        {
            await permits.AcquireAsync(cancel.Token);
        }
        catch (OperationCanceledException)
        {
            taken = false;
        }

        await Task.WhenAll(gives, cancels);
        Claim.That(permits.Value == (taken ? 0 : 1), "the permit is taken or left");
    });

    [Fact]
    public void A_lock_that_is_awaited_excludes() => Prove.That(1, static async () =>
    {
        var gate = new Threading.Lock();
        int total = 0;
        async Task Add()
        {
            await gate.AcquireAsync();
            int before = total;
            await Task.Yield();
            total = before + 1;
            gate.Release();
        }

        await Task.WhenAll(Add(), Add());
        Claim.That(total == 2, "both were inside, one after the other");
    });

    [Fact]
    public void An_event_releases_all_awaiting_and_blocking_waiters() => Prove.That(1, static async () =>
    {
        var signal = new Threading.Event();
        int value = 0;
        Task<int> blocks = Task.Run(() =>
        {
            signal.Wait();
            return value;
        });
        Task<int> awaits = Read();
        value = 1;
        signal.Set();
        Claim.That(await blocks == 1 && await awaits == 1, "both see what was written before");

        async Task<int> Read()
        {
            await signal.WaitAsync();
            return value;
        }
    });

    [Fact]
    public void An_item_reaches_an_awaiting_or_a_blocking_getter() => Prove.That(1, static async () =>
    {
        var queue = new Queues.Queue<int>(maxsize: 1);
        Task<int> blocks = Task.Run(() => queue.Get());
        Task puts = Put();
        int mine = await queue.GetAsync();
        await puts;
        Claim.That(mine + await blocks == 3 && queue.Empty, "each got one of the items");

        async Task Put()
        {
            await queue.PutAsync(1);
            await queue.PutAsync(2);
        }
    });

    [Fact]
    public void A_result_wakes_all_waiters() => Prove.That(1, static async () =>
    {
        var future = new Futures.Future<int>();
        Task<int> blocks = Task.Run(() => future.Result());
        Task<int> awaits = Task.Run(async () => await future.ResultAsync());
        future.SetResult(3);
        Claim.That(await blocks + await awaits == 6, "both have the result");
    });

    [Fact]
    public void An_item_that_an_awaiting_waiter_does_not_get_in_time_is_not_lost() => Prove.That(
        1,
        static async () =>
        {
            var queue = new Queues.Queue<int>();
            Task puts = Task.Run(() => queue.Put(7));
            (bool success, int item) = await queue.TryGetAsync(TimeSpan.FromSeconds(1));
            await puts;
            Claim.That(success ? item == 7 && queue.Empty : queue.Qsize == 1, "the item is taken or left");
        },
        ClockMode.Racing);

    [Fact]
    public void An_item_that_a_cancelled_waiter_does_not_put_is_not_there() => Prove.That(1, static async () =>
    {
        var queue = new Queues.Queue<int>(maxsize: 1);
        queue.Put(1);
        using var cancel = new CancellationTokenSource();
        Task<int> gets = Task.Run(() => queue.Get());
        Task cancels = Task.Run(cancel.Cancel);
        bool put = true;
        try
        {
            await queue.PutAsync(2, cancel.Token);
        }
        catch (OperationCanceledException)
        {
            put = false;
        }

        await cancels;
        Claim.That(await gets == 1 && queue.Qsize == (put ? 1 : 0), "the second item is there or not");
    });

    [Fact]
    public void Of_two_queues_one_returns_an_item_and_the_other_keeps_its_own() => Prove.That(1, static async () =>
    {
        var a = new Queues.Queue<int>();
        var b = new Queues.Queue<int>();
        Task puts = Task.Run(() =>
        {
            a.Put(1);
            b.Put(2);
        });
        (Queues.Queue<int> from, int item) = await Queues.Queue.GetAnyAsync([a, b]);
        await puts;
        Claim.That(item == (from == a ? 1 : 2) && a.Qsize + b.Qsize == 1 && from.Empty, "one item was taken");
    });

    [Fact]
    public void A_notification_reaches_an_awaiting_or_a_blocking_waiter() => Prove.That(1, static async () =>
    {
        var changed = new Threading.Condition(new Threading.Lock());
        int tokens = 0;
        Task blocks = Task.Run(() =>
        {
            using (changed.EnterScope())
            {
                changed.WaitFor(() => tokens > 0);
                tokens--;
            }
        });
        Task gives = Task.Run(() =>
        {
            for (int i = 0; i < 2; i++)
            {
                using (changed.EnterScope())
                {
                    tokens++;
                    changed.Notify();
                }
            }
        });
        using (await changed.EnterScopeAsync())
        {
            await changed.WaitForAsync(() => tokens > 0);
            tokens--;
        }

        await Task.WhenAll(blocks, gives);
        Claim.That(tokens == 0, "each took one");
    });

    [Fact]
    public void An_awaiting_waiter_that_timed_out_takes_no_notification_from_another() => Prove.That(
        1,
        static async () =>
        {
            var changed = new Threading.Condition(new Threading.Lock());
            int tokens = 0;
            Task takes = Task.Run(() =>
            {
                using (changed.EnterScope())
                {
                    changed.WaitFor(() => tokens > 0);
                    tokens--;
                }
            });
            Task gives = Task.Run(() =>
            {
                using (changed.EnterScope())
                {
                    tokens++;
                    changed.NotifyAll();
                }
            });
            using (await changed.EnterScopeAsync())
            {
                await changed.TryWaitAsync(TimeSpan.FromSeconds(1));
            }

            await Task.WhenAll(takes, gives);
            Claim.That(tokens == 0, "the other took it");
        },
        ClockMode.Racing);

    [Fact]
    public void Parties_that_await_and_that_block_pass_a_barrier_together() => Prove.That(1, static async () =>
    {
        var barrier = new Threading.Barrier(2);
        int written = 0;
        Task<int> blocks = Task.Run(() =>
        {
            written = 1;
            return barrier.Wait();
        });
        int mine = await barrier.WaitAsync();
        Claim.That(written == 1 && mine + await blocks == 1, "both came, and have different numbers");
    });

    [Fact]
    public void All_parties_that_await_pass_or_none_although_time_may_be_up() => Prove.That(
        1,
        static async () =>
        {
            var barrier = new Threading.Barrier(2);
            Task<bool> other = Task.Run(() => Pass(() => ValueTask.FromResult(barrier.TryWait(out _, TimeSpan.FromSeconds(1)))));
            bool mine = await Pass(async () => (await barrier.TryWaitAsync(TimeSpan.FromSeconds(1))).Success);
            Claim.That(mine == await other, "both or none");

            static async Task<bool> Pass(Func<ValueTask<bool>> wait)
            {
                try
                {
                    return await wait();
                }
                catch (Threading.BrokenBarrierException)
                {
                    return false;
                }
            }
        },
        ClockMode.Racing);

    [Fact]
    public void A_pool_that_is_shut_down_while_its_results_are_awaited_decides_them_all() => Prove.That(1, static async () =>
    {
        var pool = new Futures.ThreadPoolExecutor(1);
        Futures.Future<int> first = pool.Submit(static () => 1);
        Futures.Future<int> second = pool.Submit(static () => 2);
        Task shuts = Task.Run(() => pool.Shutdown(wait: true, cancelFutures: true));
        int sum = 0;
        foreach (Futures.Future<int> future in (Futures.Future<int>[])[first, second])
        {
            try
            {
                sum += await future.ResultAsync();
            }
            catch (OperationCanceledException)
            {
                sum += 10;
            }
        }

        await shuts;
        Claim.That(sum is 3 or 11 or 12 or 20, "each has its result, or was cancelled");
    });
}
