using Braid.Soundness;

namespace Braid.Checking.Tests.Soundness;

/// <summary>Orders are left out, and nothing that can happen.</summary>
public sealed class ReducedOrdersTests
{
    private static readonly CheckOptions s_all =
        new() { Strategy = SearchStrategy.Bounded, Preemptions = int.MaxValue, Time = Timeout.InfiniteTimeSpan, Schedules = 100_000 };

    private static readonly CheckOptions s_orders = s_all with { Strategy = SearchStrategy.Dpor };

    [Fact]
    public void Random_programs_have_the_outcomes_of_brute_force()
    {
        var series = new Series(seed: 3, mostSchedules: 4_000, SearchStrategy.Dpor);
        Assert.Empty(series.Run(0, 120).Select(difference => difference.ToString()));
        Assert.InRange(series.Reduced, 20, 120);
    }

    [Fact]
    public void Threads_that_share_little_have_few_orders()
    {
        CheckReport all = Check.Explore(Philosophers, s_all with { Ignore = ["deadlock"] });
        CheckReport orders = Check.Explore(Philosophers, s_orders with { Ignore = ["deadlock"] });
        Assert.Equal(all.Known, orders.Known);
        Assert.InRange(orders.Schedules, 7, all.Schedules / 5);
    }

    [Fact]
    public void A_pass_is_a_proof()
    {
        CheckReport all = Check.Explore(OwnLocks, s_all);
        CheckReport orders = Check.Explore(OwnLocks, s_orders);
        Assert.Equal((Verdict.Passed, true), (all.Verdict, all.Exhaustive));
        Assert.Equal((Verdict.Passed, true), (orders.Verdict, orders.Exhaustive));
        Assert.StartsWith("exhaustive: ", orders.Proves, StringComparison.Ordinal);
        Assert.EndsWith("all orders of the steps that can matter", orders.Proves, StringComparison.Ordinal);
        Assert.InRange(orders.Schedules, 1, all.Schedules / 10);
    }

    /// <summary>Statics of all classes that were ever used in the copy of the program are initialized again before each run.</summary>
    [Fact]
    public void Initializers_of_statics_before_the_body_do_not_keep_orders_in_the_search()
    {
        static void Body()
        {
            GC.KeepAlive(Initialized.Table);
            OwnLocks();
        }

        CheckReport all = Check.Explore(Body, s_all);
        CheckReport orders = Check.Explore(Body, s_orders);
        Assert.Equal((Verdict.Passed, Verdict.Passed), (all.Verdict, orders.Verdict));
        Assert.InRange(orders.Schedules, 1, all.Schedules / 10);
    }

    [Fact]
    public void Threads_that_wait_for_a_pulse_come_before_it_and_after_it()
    {
        CheckReport orders = Check.Explore(WithPulse, s_orders);
        Assert.Equal((Verdict.Passed, true, 2), (orders.Verdict, orders.Exhaustive, orders.Schedules));
        CheckReport lost = Check.Explore(WithLostPulse, s_orders);
        CheckReport all = Check.Explore(WithLostPulse, s_all);
        Assert.True(lost.Failed);
        Assert.Equal((all.Verdict, all.Key), (lost.Verdict, lost.Key));
    }

    [Fact]
    public void With_store_buffers_every_schedule_is_run()
    {
        CheckReport orders = Check.Explore(WithVolatile, s_orders with { MemoryModel = MemoryModel.Tso });
        Assert.Contains("no order was left out", orders.Covers, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_is_found_and_replayed()
    {
        CheckReport found = Check.Explore(Philosophers, s_orders);
        Assert.Equal(Verdict.Deadlock, found.Verdict);
        Assert.Equal(found.Sentence, Check.Explore(Philosophers, s_orders with { Replay = found.Replay }).Sentence);
    }

    [Theory]
    [InlineData(nameof(WithTime), "time")]
    [InlineData(nameof(WithTask), "")]
    [InlineData(nameof(WithSemaphore), "semaphore")]
    [InlineData(nameof(WithRandom), "run")]
    [InlineData(nameof(WithWeakTable), "System.Runtime.CompilerServices.ConditionalWeakTable")]
    [InlineData(nameof(WithSort), "a range of memory that is written")]
    [InlineData(nameof(WithVariable), "System.Environment.SetEnvironmentVariable")]
    public void Every_schedule_is_run_if_the_effects_of_steps_are_unknown(string body, string unknown)
    {
        System.Reflection.MethodInfo method =
            typeof(ReducedOrdersTests).GetMethod(body, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!;
        CheckReport all = Check.Explore(method, s_all);
        CheckReport orders = Check.Explore(method, s_orders);
        Assert.Equal((Verdict.Passed, Verdict.Passed), (all.Verdict, orders.Verdict));
        Assert.Equal(all.Exhaustive, orders.Exhaustive);
        Assert.InRange(orders.Schedules, all.Schedules + 1, (2 * all.Schedules) + 5);
        Assert.Contains($"it is not known with what {unknown}", orders.Covers, StringComparison.Ordinal);
    }

    private static void Philosophers()
    {
        object[] forks = [new(), new(), new()];
        var threads = new Thread[3];
        for (int i = 0; i < 3; i++)
        {
            (object left, object right) = (forks[i], forks[(i + 1) % 3]);
            threads[i] = new Thread(() =>
            {
                lock (left)
                {
                    lock (right)
                    {
                    }
                }
            });
        }

        Together(threads);
    }

    private static void OwnLocks()
    {
        int[] counts = new int[3];
        var threads = new Thread[3];
        for (int i = 0; i < 3; i++)
        {
            int own = i;
            object gate = new();
            threads[i] = new Thread(() =>
            {
                lock (gate)
                {
                    counts[own]++;
                }

                lock (gate)
                {
                    counts[own]++;
                }
            });
        }

        Together(threads);
        if (counts.Sum() != 6)
        {
            throw new InvalidOperationException();
        }
    }

    private static void WithTime() => Together(new Thread(() => Thread.Sleep(1)), new Thread(() => Volatile.Read(ref s_word)));

    private static void WithTask() =>
        Task.WhenAll(Task.Run(() => Interlocked.Increment(ref s_word)), Task.Run(() => Interlocked.Increment(ref s_word)))
            .GetAwaiter().GetResult();

    private static void WithVolatile() => Together(
        new Thread(() => Volatile.Write(ref s_word, 1)), new Thread(() => Volatile.Read(ref s_word)));

    private static void WithPulse() => Pulsed(looksFirst: true);

    private static void WithLostPulse() => Pulsed(looksFirst: false);

    private static void Pulsed(bool looksFirst)
    {
        object gate = new();
        bool isThere = false;
        Together(
            new Thread(() =>
            {
                lock (gate)
                {
                    while (!(looksFirst && isThere))
                    {
                        Monitor.Wait(gate);
                        looksFirst = true;
                    }
                }
            }),
            new Thread(() =>
            {
                lock (gate)
                {
                    isThere = true;
                    Monitor.Pulse(gate);
                }
            }));
    }

    private static void WithSemaphore()
    {
        var semaphore = new SemaphoreSlim(1);
        Together(new Thread(Use), new Thread(Use));

        void Use()
        {
            semaphore.Wait();
            semaphore.Release();
        }
    }

    private static void WithRandom() => Together(
        new Thread(() => Interlocked.Add(ref s_word, Random.Shared.Next(2))),
        new Thread(() => Interlocked.Add(ref s_word, Random.Shared.Next(2))));

    private static void WithWeakTable()
    {
        var table = new System.Runtime.CompilerServices.ConditionalWeakTable<object, object>();
        object key = new();
        Together(new Thread(Use), new Thread(Use));

        void Use()
        {
            Interlocked.Increment(ref s_word);
            table.TryAdd(key, key);
        }
    }

    private static void WithSort()
    {
        int[] numbers = [3, 2, 1];
        Together(new Thread(() => Interlocked.Increment(ref s_word)), new Thread(() => Array.Sort(numbers)));
    }

    private static void WithVariable() => Together(
        new Thread(() =>
        {
            Interlocked.Increment(ref s_word);
            Environment.SetEnvironmentVariable("BRAID_ORDERS_TEST", "one");
        }),
        new Thread(() => Interlocked.Increment(ref s_word)));

    private static int s_word;

    private static void Together(params Thread[] threads)
    {
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
    }

    private static class Initialized
    {
        public static readonly System.Runtime.CompilerServices.ConditionalWeakTable<object, object> Table = Filled();

        private static System.Runtime.CompilerServices.ConditionalWeakTable<object, object> Filled()
        {
            var table = new System.Runtime.CompilerServices.ConditionalWeakTable<object, object>();
            table.Add(new object(), new object());
            return table;
        }
    }
}
