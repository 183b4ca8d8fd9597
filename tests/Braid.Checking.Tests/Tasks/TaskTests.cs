using System.Runtime.CompilerServices;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Tasks;

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
    public void A_thread_that_waits_for_a_task_sees_what_the_task_wrote() => Explored.Holds(() =>
    {
        int value = 0;
        Task<int> task = Task.Run(() => value = 7);
        Assert.Equal(7, task.Result);
        Assert.Equal(7, value);
        value = 8;
    });

    [Fact]
    public void An_async_body_resumes_after_each_await() => Explored.Holds(async () =>
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
    public void An_async_lost_update_is_found() => Explored.Fails(Verdict.LostUpdate, async () =>
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

    /// <summary>The inner task may be complete before the outer one has returned it.</summary>
    [Fact]
    public void Whoever_awaits_an_async_function_on_the_pool_knows_what_it_did() => Explored.Holds(static async () =>
    {
        int count = 0;
        using var gate = new SemaphoreSlim(1);
        await Task.WhenAll(Task.Run(CountAsync), Task.Run(CountAsync), Task.Run(CountAndReturnAsync));
        Assert.Equal(3, count);
        await Task.Factory.StartNew(CountAsync, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default).Unwrap();
        Assert.Equal(4, count);

        async Task<int> CountAndReturnAsync()
        {
            await CountAsync();
            return 1;
        }

        async Task CountAsync()
        {
            await gate.WaitAsync();
            int before = count;
            await Task.Yield();
            count = before + 1;
            gate.Release();
        }
    });

    [Fact]
    public void A_lost_update_of_pooled_methods_is_found() => Explored.Fails(Verdict.LostUpdate, async () =>
    {
        int balance = 0;
        await Task.WhenAll(Deposit().AsTask(), Deposit().AsTask());
        Assert.Equal(2, balance);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
        async ValueTask Deposit()
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
    public void Awaiting_a_task_that_is_never_completed_is_a_deadlock() => Explored.Fails(Verdict.Deadlock, async () =>
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

    [Fact]
    public void Blocking_a_context_on_a_task_that_needs_it_is_an_async_deadlock()
    {
        CheckReport report = Explored.Fails(Verdict.Deadlock, () =>
        {
            SynchronizationContext.SetSynchronizationContext(new Form());
            Load().Wait();

            static async Task Load() => await Task.Run(static () => { });
        });
        Assert.StartsWith(
            "async deadlock: main waits for task of TaskTests.Load, which was posted to Form after its await at TaskTests.cs:",
            report.Sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_states_what_a_task_ultimately_waits_for()
    {
        CheckReport report = Explored.Fails(Verdict.Deadlock, async () =>
        {
            var never = new TaskCompletionSource();
            await Outer();

            async Task Outer() => await Inner();

            async Task Inner() => await never.Task;
        });
        Assert.Matches(
            "which awaits the task of TaskTests.Outer at TaskTests.cs:[0-9]+, which awaits the task of TaskTests.Inner at " +
            "TaskTests.cs:[0-9]+, which awaits the task made at TaskTests.cs:[0-9]+",
            report.Sentence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Each_task_may_be_the_first_that_WhenEach_returns(int expected) => Explored.Fails(Verdict.AssertionFailed, async () =>
    {
        Task<int>[] tasks = [Task.Run(static () => 0), Task.Run(static () => 1)];
        int first = -1;
        await foreach (Task<int> task in Task.WhenEach(tasks))
        {
            first = first < 0 ? await task : first;
        }

        Assert.NotEqual(expected, first);
    });

    [Fact]
    public void An_uncontrolled_task_is_refused_by_name()
    {
        CheckReport report = Check.Explore(static async () => await File.ReadAllTextAsync("/proc/self/status"));
        Assert.True(report.Verdict is Verdict.NotControlled or Verdict.NothingChecked, report.ToString());
    }

    [Fact]
    public void A_long_chain_of_continuations_needs_few_threads() => Explored.Runs(static async () =>
    {
        for (int i = 0; i < 3_000; i++)
        {
            await Task.Yield();
        }
    });

    [Fact]
    public void An_async_void_method_that_throws_ends_the_program() => Explored.Fails(Verdict.UnhandledException, static async () =>
    {
        Throw();
        await Task.Delay(1);

        static async void Throw()
        {
            await Task.Yield();
            throw new InvalidOperationException("nobody");
        }
    });

    /// <summary>Keeps the posted callbacks, and runs none of them.</summary>
    private sealed class Form : SynchronizationContext
    {
        private readonly List<SendOrPostCallback> _posted = [];

        public override void Post(SendOrPostCallback d, object? state)
        {
            lock (_posted)
            {
                _posted.Add(d);
            }
        }
    }

    [Fact]
    public void An_update_through_a_property_is_lost_across_an_await()
    {
        CheckReport report = Explored.Fails(Verdict.LostUpdate, static () =>
        {
            var account = new Account();
            Task all = Task.WhenAll(account.DepositAsync(), account.DepositAsync());
            all.Wait();
        });
        Assert.Contains("Account.Balance", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_of_an_async_method_and_its_callees_are_no_lost_update() => Explored.Holds(static async () =>
    {
        int value = 1;
        int before = value;
        await Set(5);
        value = before + 1;
        int again = value;
        value = 0;
        await Task.Yield();
        value = again + 1;
        Assert.Equal(3, value);
        await Task.Run(static () => { });

        async Task Set(int number)
        {
            value = number;
            await Task.Yield();
            value = number + 1;
        }
    });

    private sealed class Account
    {
        public int Balance { get; private set; }

        public async Task DepositAsync()
        {
            int before = Balance;
            await Task.Yield();
            Balance = before + 1;
        }
    }

    [Fact]
    public void The_callback_of_a_disposed_registration_happens_before_later_code() => Explored.Holds(static () =>
    {
        using var cancel = new CancellationTokenSource();
        int value = 0;
        CancellationTokenRegistration registration = cancel.Token.UnsafeRegister(_ => value++, null);
        Task other = Task.Run(cancel.Cancel);
        registration.Dispose();
        value++;
        other.Wait();
    });

    [Theory]
    [InlineData("update across an await")]
    [InlineData("SetResult under a lock")]
    [InlineData("Release after a cancelled WaitAsync")]
    [InlineData("channel closed while a writer waits")]
    public void An_asynchronous_schedule_replays_exactly(string name)
    {
        BugZoo.ZooEntry entry = BugZoo.Zoo.All.Single(entry => entry.Name == name);
        CheckReport report = Check.Explore(entry.Buggy.Method, new CheckOptions { Time = Timeout.InfiniteTimeSpan });
        for (int i = 0; i < 100; i++)
        {
            CheckReport again = Check.Explore(entry.Buggy.Method, new CheckOptions { Replay = report.Replay });
            Assert.Equal((report.Verdict, report.Sentence, report.Replay), (again.Verdict, again.Sentence, again.Replay));
        }
    }

    [Fact]
    public void A_report_of_a_failed_check_does_not_affect_the_proof_of_the_next_one()
    {
        An_async_void_method_that_throws_ends_the_program();
        CheckReport report = Check.Explore(static () =>
        {
            int count = 0;
            var other = new Thread(() => Interlocked.Increment(ref count));
            other.Start();
            other.Join();
        });
        Assert.True(report.Exhaustive, report.ToString());
    }
}
