using Braid.Checking;

namespace Braid.Verification;

/// <summary>Awaiting waiters beside blocking ones.</summary>
public sealed class AwaitingProofs
{
    [Fact]
    public void A_permit_lets_in_one_who_awaits_or_one_who_blocks() => Prove.That(1, static async () =>
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
    public void An_event_lets_all_through_who_await_it_or_block() => Prove.That(1, static async () =>
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
    public void An_item_reaches_one_who_awaits_or_one_who_blocks() => Prove.That(1, static async () =>
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
    public void A_result_wakes_all_who_wait_for_it() => Prove.That(1, static async () =>
    {
        var future = new Futures.Future<int>();
        Task<int> blocks = Task.Run(() => future.Result());
        Task<int> awaits = Task.Run(async () => await future.ResultAsync());
        future.SetResult(3);
        Claim.That(await blocks + await awaits == 6, "both have the result");
    });
}
