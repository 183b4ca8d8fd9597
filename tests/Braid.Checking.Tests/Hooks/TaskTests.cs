namespace Braid.Checking.Tests.Hooks;

public class TaskTests
{
    [Fact]
    public void Tasks_of_the_pool_lose_an_update() => Explored.Fails(Verdict.LostUpdate, () =>
    {
        int count = 0;
        Task one = Task.Run(() => count++);
        Task two = Task.Run(() => count++);
        Task.WaitAll(one, two);
        Assert.Equal(2, count);
    });

    [Fact]
    public void Tasks_that_take_a_lock_lose_none() => Explored.Holds(() =>
    {
        int count = 0;
        object gate = new();
        void Add()
        {
            lock (gate)
            {
                count++;
            }
        }

        Task.WaitAll(Task.Run(Add), Task.Run(Add));
        Assert.Equal(2, count);
    });

    [Fact]
    public void What_a_task_did_is_known_to_whoever_waits_for_it() => Explored.Holds(() =>
    {
        int value = 0;
        Task<int> task = Task.Run(() => value = 7);
        Assert.Equal(7, task.Result);
        Assert.Equal(7, value);
        value = 8;
    });

    [Fact]
    public void An_async_body_goes_on_after_each_await() => Explored.Holds(async () =>
    {
        int value = 0;
        await Task.Run(() => value = 1);
        Assert.Equal(1, value);
        await Task.Yield();
        value++;
        int sum = await Add(value, 3);
        Assert.Equal(5, sum);

        static async Task<int> Add(int a, int b)
        {
            await Task.Yield();
            return a + b;
        }
    });

    [Fact]
    public void An_async_lost_update_is_found() => Explored.Fails(Verdict.AssertionFailed, async () =>
    {
        int balance = 0;
        await Task.WhenAll(Deposit(), Deposit());
        Assert.Equal(2, balance);

        async Task Deposit()
        {
            int before = balance;
            await Task.Yield();
            balance = before + 1;
        }
    });

    [Fact]
    public void A_body_that_throws_after_an_await_has_thrown() => Explored.Fails(Verdict.AssertionFailed, async () =>
    {
        await Task.Yield();
        throw new InvalidOperationException("late");
    });

    [Fact]
    public void Nobody_completes_what_is_awaited() => Explored.Fails(Verdict.Deadlock, async () =>
    {
        var never = new TaskCompletionSource();
        await never.Task;
    });

    [Fact]
    public void Delays_take_no_real_time_and_keep_their_order() => Explored.Holds(async () =>
    {
        List<int> order = [];
        async Task After(int seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            lock (order)
            {
                order.Add(seconds);
            }
        }

        await Task.WhenAll(After(30), After(10), After(20));
        Assert.Equal([10, 20, 30], order);
    });
}
