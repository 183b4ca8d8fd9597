using System.Collections.Concurrent;
using Braid.Checking.Linearizability;

namespace Braid.Checking.Tests.Linearizability;

/// <summary>What <c>Check.Linearizable</c> finds, and how it reports it.</summary>
public sealed class LinearizableTests
{
    private static readonly LinearizabilityOptions s_options = new()
    {
        Schedules = 2_000,
        Time = Timeout.InfiniteTimeSpan,
        ShrinkTime = Timeout.InfiniteTimeSpan,
    };

    [Fact]
    public void Two_threads_can_pop_the_same_item_from_a_stack_that_checks_and_then_acts() =>
        Fails(
            """
            before: Push(1)
            thread 1      thread 2
            ------------  ------------
            TryPop() = 1  TryPop() = 1

            one call after the other, in each order that is possible:
              main: Push(1); thread 1: TryPop() = 1; thread 2: TryPop() returns null, but it returned 1
              main: Push(1); thread 2: TryPop() = 1; thread 1: TryPop() returns null, but it returned 1
            """,
            Stack());

    [Fact]
    public void A_queue_that_overwrites_loses_an_item() =>
        Fails(
            """
            thread 1    thread 2
            ----------  ----------
            Enqueue(1)  Enqueue(1)
            after: TryDequeue() = 1; TryDequeue() = null

            one call after the other, in each order that is possible:
              thread 1: Enqueue(1); thread 2: Enqueue(1); main: TryDequeue() = 1; main: TryDequeue() returns 1, but it returned null
              thread 2: Enqueue(1); thread 1: Enqueue(1); main: TryDequeue() = 1; main: TryDequeue() returns 1, but it returned null
            """,
            Check.ExploreLinearizable(
                () => new LosingQueue(),
                () => new Queue<int>(),
                operations => operations
                    .Add("Enqueue", [1, 2, 3], (queue, item) => queue.Enqueue(item), (model, item) => model.Enqueue(item))
                    .Add("TryDequeue", queue => queue.TryDequeue(), model => model.TryDequeue(out int first) ? first : (int?)null),
                s_options with { Races = RaceMode.Explore }));

    [Fact]
    public void A_counter_that_loses_an_update_is_judged_by_what_its_callers_see() =>
        Fails(
            """
            thread 1     thread 2
            -----------  -----------
            Increment()  Increment()
            after: Value() = 1

            one call after the other, in each order that is possible:
              thread 1: Increment(); thread 2: Increment(); main: Value() returns 2, but it returned 1
              thread 2: Increment(); thread 1: Increment(); main: Value() returns 2, but it returned 1
            """,
            Check.ExploreLinearizable(
                () => new PlainCounter(),
                operations => operations.Add("Increment", counter => counter.Increment()).Add("Value", counter => counter.Value),
                s_options));

    [Fact]
    public void Results_that_two_calls_share_are_found_without_any_race() =>
        Fails(
            """
            thread 1         thread 2
            ---------------  ---------------
            Increment() = 2  Increment() = 2

            one call after the other, in each order that is possible:
              thread 1: Increment() returns 1, but it returned 2
              thread 2: Increment() returns 1, but it returned 2
            """,
            Check.ExploreLinearizable(
                () => new TornCounter(), operations => operations.Add("Increment", counter => counter.Increment()), s_options));

    [Fact]
    public void The_factory_of_a_dictionary_runs_twice() =>
        Fails(
            """
            thread 1    thread 2
            ----------  ----------
            Get(1) = 1  Get(1) = 1
            after: Made() = 2
            """,
            Check.ExploreLinearizable(
                () => new CountingCache(),
                operations => operations.Add("Get", [1, 2], (cache, key) => cache.Get(key)).Add("Made", cache => cache.Made),
                s_options));

    [Fact]
    public void Two_calls_of_a_dictionary_are_not_one() =>
        Fails(
            """
            thread 1       thread 2
            -------------  -------------
            Add(1) = true  Add(1) = true
            """,
            Check.ExploreLinearizable(
                () => new ConcurrentDictionary<int, bool>(),
                operations => operations
                    .Add("Add", [1, 2], (set, key) =>
                    {
                        bool isNew = !set.ContainsKey(key);
                        set[key] = true;
                        return isNew;
                    })
                    .Add("Remove", [1, 2], (set, key) => set.TryRemove(key, out _)),
                s_options));

    [Fact]
    public void An_enumeration_of_a_dictionary_is_no_snapshot() =>
        Fails(
            """
            thread 1      thread 2
            ------------  -------------
            Keys() = [2]  Add(1) = true
                          Add(2) = true
            """,
            Check.ExploreLinearizable(
                () => new ConcurrentDictionary<int, bool>(1, 7),
                operations => operations
                    .Add("Add", [1, 2], (set, key) => set.TryAdd(key, true))
                    .Add("Keys", set =>
                    {
                        var keys = new List<int>();
                        foreach (KeyValuePair<int, bool> pair in set)
                        {
                            keys.Add(pair.Key);
                        }

                        return keys;
                    }),
                s_options));

    [Fact]
    public void A_call_that_waits_although_the_model_does_not_is_a_deadlock_with_its_scenario()
    {
        CheckReport report = Check.ExploreLinearizable(
            () => new SleepyQueue(),
            () => new Queue<int>(),
            operations => operations
                .Add("Put", [1, 2], (queue, item) => queue.Put(item), (model, item) => model.Enqueue(item))
                .Add("Take", queue => queue.Take(), model => model.Dequeue(), when: model => model.Count > 0),
            s_options with { OperationsBefore = 0 });
        Assert.True(report.Verdict is Verdict.Deadlock or Verdict.LostWakeup, report.ToString());
        Assert.Contains(
            "Take() never returned, but in every order of the calls that fits the other results it returns ",
            report.Sentence,
            StringComparison.Ordinal);
        Assert.Contains("Take() never returns", report.Scenario, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exceptions_of_calls_are_compared_too()
    {
        CheckReport report = Check.ExploreLinearizable(
            () => new ConcurrentQueue<int>(),
            () => new Queue<int>(),
            operations => operations
                .Add("Enqueue", [1], (queue, item) => queue.Enqueue(item), (model, item) => model.Enqueue(item))
                .Add(
                    "Dequeue",
                    queue => queue.TryDequeue(out int first) ? first : throw new TimeoutException(),
                    model => model.Dequeue()),
            s_options);
        Assert.True(report.Verdict == Verdict.NotLinearizable, report.ToString());
        Assert.Equal(
            "main: Dequeue() threw TimeoutException, but in every order of the calls that fits the other results it throws " +
            "InvalidOperationException",
            report.Sentence);
        Assert.Equal("before: Dequeue() throws TimeoutException", report.Scenario.Split(Environment.NewLine)[0]);
    }

    /// <summary>The second call does nothing that other threads can notice, and still another call may begin and end before it.</summary>
    [Fact]
    public void A_call_that_only_reads_thread_local_state_can_be_delayed_too() =>
        Fails(
            """
            thread 1   thread 2
            ---------  --------
            Get() = 0  Set(1)
            Get() = 0
            """,
            Check.ExploreLinearizable(
                () => new RememberedRegister(),
                () => new int[1],
                operations => operations
                    .Add("Get", register => register.Get(), model => model[0])
                    .Add("Set", [1], (register, value) => register.Set(value), (model, value) => model[0] = value),
                s_options with { OperationsBefore = 0, OperationsAfter = 0, Threads = 2 }));

    /// <summary>The read comes before the first step at which a thread can be held up, until a run has shown that it races.</summary>
    [Fact]
    public void A_call_that_begins_with_a_race_does_not_begin_after_it() =>
        Check.Linearizable(
            () => new RacyRegister(),
            operations => operations
                .Add("Get", register => register.Get())
                .Add("Set", [1], (register, value) => register.Set(value))
                .Add("Touch", register => register.Touch()),
            s_options with { OperationsBefore = 0, OperationsAfter = 0, Threads = 2, Schedules = 100, Races = RaceMode.Explore });

    [Fact]
    public void A_race_that_no_result_shows_is_reported_with_its_scenario()
    {
        CheckReport report = Check.ExploreLinearizable(
            () => new PlainFlag(),
            operations => operations.Add("Set", flag => flag.Set()).Add("IsSet", flag => flag.IsSet),
            s_options with { Scenarios = 10, Schedules = 500 });
        Assert.True(report.Verdict == Verdict.DataRace, report.ToString());
        Assert.Contains("Set()", report.Scenario, StringComparison.Ordinal);
        Assert.Contains("IsSet() = ", report.Scenario, StringComparison.Ordinal);
    }

    [Fact]
    public void Locks_taken_in_opposite_orders_are_a_deadlock_with_its_scenario()
    {
        CheckReport report = Check.ExploreLinearizable(
            () => new object[] { new(), new() },
            operations => operations
                .Add("Forth", locks =>
                {
                    lock (locks[0])
                    {
                        lock (locks[1])
                        {
                        }
                    }
                })
                .Add("Back", locks =>
                {
                    lock (locks[1])
                    {
                        lock (locks[0])
                        {
                        }
                    }
                }),
            s_options);
        Assert.True(report.Verdict == Verdict.Deadlock, report.ToString());
        Assert.Contains("never returns", report.Scenario, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_the_model_is_reported_as_the_models()
    {
        CheckReport report = Check.ExploreLinearizable(
            () => new PlainFlag(),
            () => new int[1],
            operations => operations.Add("Set", flag => flag.Set(), model =>
            {
                while (Volatile.Read(ref model[0]) == 0)
                {
                }
            }),
            s_options);
        Assert.True(report.Verdict == Verdict.Livelock, report.ToString());
        Assert.StartsWith("in the model: ", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failing_scenario_has_a_timeline_and_a_key_and_is_replayed()
    {
        CheckReport report = Stack();
        Assert.Contains("TryPop() returned 1", report.Timeline, StringComparison.Ordinal);
        Assert.Equal("not linearizable: CheckThenActStack", report.Key);
        CheckReport again = Stack(s_options with { Replay = report.Replay });
        Assert.Equal(
            (report.Verdict, report.Sentence, report.Scenario, report.Timeline, report.Replay),
            (again.Verdict, again.Sentence, again.Scenario, again.Timeline, again.Replay));
    }

    [Fact]
    public void A_replay_string_without_a_scenario_or_with_another_is_refused()
    {
        string replay = Stack().Replay!;
        Assert.Throws<FormatException>(() => Stack(s_options with { Replay = replay[..replay.LastIndexOf('.')] }));
        Assert.Throws<FormatException>(() => Stack(s_options with { Replay = $"{replay}AA" }));
        Assert.Throws<FormatException>(() => Stack(s_options with { Replay = $"{replay[..^1]}!" }));
        Assert.Contains(
            "Check.Linearizable",
            Assert.Throws<FormatException>(() => Check.Explore(() => { }, new CheckOptions { Replay = replay })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_throws_from_the_other_method_and_can_be_known()
    {
        var failure = Assert.Throws<CheckFailedException>(() => Check.Linearizable(
            () => new TornCounter(), operations => operations.Add("Increment", counter => counter.Increment()), s_options));
        Assert.Equal(Verdict.NotLinearizable, failure.Report.Verdict);
        CheckReport report = Check.Linearizable(
            () => new TornCounter(),
            operations => operations.Add("Increment", counter => counter.Increment()),
            s_options with { Scenarios = 5, Schedules = 200, Ignore = ["TornCounter"] });
        Assert.Equal(["not linearizable: TornCounter"], report.Known);
    }

    [Fact]
    public void Results_that_cannot_be_compared_are_refused_by_name()
    {
        Assert.Contains("PlainCounter", Assert.Throws<ArgumentException>(Refused(() => Check.ExploreLinearizable(
            () => new ConcurrentStack<int>(),
            operations => operations.Add("Make", _ => new PlainCounter()),
            s_options))).Message, StringComparison.Ordinal);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>(Refused(() => Check.ExploreLinearizable(
            () => new ConcurrentStack<int>(),
            () => new Stack<int>(),
            operations => operations.Add("Count", stack => stack.Count, model => (long)model.Count),
            s_options))).Message, StringComparison.Ordinal);
        Assert.Contains("no operations", Assert.Throws<ArgumentException>(Refused(() => Check.ExploreLinearizable(
            () => new ConcurrentStack<int>(), _ => { }, s_options))).Message, StringComparison.Ordinal);
        Assert.Contains("no values", Assert.Throws<ArgumentException>(Refused(() => Check.ExploreLinearizable(
            () => new ConcurrentStack<int>(),
            operations => operations.Add("Push", Array.Empty<int>(), (stack, item) => stack.Push(item)),
            s_options))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 3)]
    [InlineData(3, 0)]
    [InlineData(3, 7)]
    [InlineData(4, 4)]
    [InlineData(6, 2)]
    public void Options_out_of_their_ranges_are_refused(int threads, int operations) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Stack(s_options with { Threads = threads, OperationsPerThread = operations }));

    [Theory]
    [InlineData(2, 2, 6)]
    [InlineData(3, 3, 1_680)]
    [InlineData(2, 6, 924)]
    [InlineData(3, 5, 756_756)]
    [InlineData(4, 3, 369_600)]
    public void The_orders_of_the_calls_of_several_threads_are_counted(int threads, int calls, int orders)
    {
        Assert.Equal(orders, Scenario.Orders(threads, calls));
        Assert.True(orders <= Scenario.MostOrders);
    }

    private static Action Refused(Func<CheckReport> check) => () =>
    {
        try
        {
            check();
        }
        catch (ArgumentException refusal)
        {
            // Any derived type will do: a caller sees an ArgumentException.
            throw new ArgumentException(refusal.Message, refusal);
        }
    };

    private static CheckReport Stack(LinearizabilityOptions? options = null) => Check.ExploreLinearizable(
        () => new CheckThenActStack(),
        () => new Stack<int>(),
        operations => operations
            .Add("Push", [1, 2, 3], (stack, item) => stack.Push(item), (model, item) => model.Push(item))
            .Add("TryPop", stack => stack.TryPop(), model => model.TryPop(out int top) ? top : (int?)null),
        options ?? s_options);

    private static void Fails(string scenario, CheckReport report)
    {
        Assert.True(report.Verdict == Verdict.NotLinearizable, report.ToString());
        Assert.True(report.Scenario.StartsWith(scenario.ReplaceLineEndings(), StringComparison.Ordinal), report.ToString());
    }
}
