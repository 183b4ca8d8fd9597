using System.Reflection;

namespace Braid.Checking.Tests.Engine;

/// <summary>
/// What total store order lets programs see, and what it does not: litmus tests of the x86-TSO paper, each by an exhaustive search.
/// </summary>
public sealed class TsoTests
{
    private const string Key = "TsoTests.Outcomes";
    private const string AllowedKey = "TsoTests.Allowed";
    private const string AllButCrossed =
        "0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1011 1100 1101 1110 1111";

    private static readonly CheckOptions s_tso = new()
    {
        MemoryModel = MemoryModel.Tso,
        Strategy = SearchStrategy.Bounded,
        Preemptions = int.MaxValue,
        Time = Timeout.InfiniteTimeSpan,
        Schedules = int.MaxValue,
    };

    /// <summary>Name, the outcomes that total store order allows, and those that sequential consistency allows.</summary>
    public static TheoryData<string, string, string> Litmus => new()
    {
        { nameof(StoreBuffering), "00 01 10 11", "01 10 11" },
        { nameof(StoreBufferingWithFences), "01 10 11", "01 10 11" },
        { nameof(StoreBufferingWithOneFence), "00 01 10 11", "01 10 11" },
        { nameof(StoreBufferingWithExchange), "01 10 11", "01 10 11" },
        { nameof(StoreBufferingWithLocks), "01 10 11", "01 10 11" },
        { nameof(StoreBufferingWithThreadEnds), "1", "1" },
        { nameof(MessagePassing), "00 01 11", "00 01 11" },
        { nameof(LoadBuffering), "00 01 10", "00 01 10" },
        { nameof(OwnStores), "1010 1011 1110 1111", "1011 1110 1111" },
        { nameof(OwnStoresOfOnePlace), "11 12 22", "11 12 22" },
        { nameof(OwnStoresAndFinalValue), "101 102 121 122 222", "102 121 122 222" },
        { nameof(TwoWritesEach), "12 21 22", "12 21 22" },
    };

    [Theory]
    [MemberData(nameof(Litmus))]
    public void The_outcomes_are_exactly_those_of_the_model(string name, string tso, string sequential)
    {
        ShowsExactly(tso, name, s_tso);
        ShowsExactly(sequential, name, s_tso with { MemoryModel = MemoryModel.Sequential });
    }

    [Fact]
    public void Dekkers_algorithm_without_a_fence_fails_and_replays()
    {
        CheckReport report = Check.Explore(static () => Dekker(fence: false), new CheckOptions { MemoryModel = MemoryModel.Tso });
        Assert.True(report.Verdict is Verdict.DataRace or Verdict.LostUpdate or Verdict.AssertionFailed, report.ToString());
        Assert.Contains("store buffer", report.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("b3.", report.Replay, StringComparison.Ordinal);
        CheckReport again = Check.Explore(static () => Dekker(fence: false), new CheckOptions { Replay = report.Replay });
        Assert.Equal(report.Verdict, again.Verdict);
        Assert.Contains(report.Steps, static step => step.Operation == StepOperation.Buffer);
    }

    [Fact]
    public void Dekkers_algorithm_with_fences_passes_and_states_what_that_covers()
    {
        CheckReport report = Check.Explore(static () => Dekker(fence: true), s_tso);
        Assert.True(report.Verdict == Verdict.Passed && report.Exhaustive, report.ToString());
        Assert.Contains("total store order", report.Covers, StringComparison.Ordinal);
        Assert.Empty(report.Notes);
    }

    [Fact]
    public void A_loop_that_waits_for_another_thread_sees_its_delayed_writes()
    {
        CheckReport report = Check.Explore(
            static () =>
            {
                int ping = 0;
                int pong = 0;
                var other = new Thread(() =>
                {
                    while (Volatile.Read(ref ping) == 0)
                    {
                    }

                    Volatile.Write(ref pong, 1);
                });
                other.Start();
                Volatile.Write(ref ping, 1);
                while (Volatile.Read(ref pong) == 0)
                {
                }

                other.Join();
            },
            s_tso);
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    [Fact]
    public void More_writes_than_a_buffer_holds_keep_their_order_and_values_of_all_types()
    {
        CheckReport report = Check.Explore(
            static () =>
            {
                object[] texts = [.. Enumerable.Range(0, 20).Select(static number => (object)$"{number}")];
                object last = "";
                double half = 0;
                byte small = 0;
                var other = new Thread(() =>
                {
                    foreach (object text in texts)
                    {
                        Volatile.Write(ref last, text);
                    }

                    Volatile.Write(ref half, 0.5);
                    Volatile.Write(ref small, 7);
                });
                other.Start();
                byte seen = Volatile.Read(ref small);
                double part = Volatile.Read(ref half);
                object text = Volatile.Read(ref last);
                if (seen == 7 && (part != 0.5 || text != texts[^1]))
                {
                    throw new InvalidOperationException($"{part} {text}");
                }

                other.Join();
                if (last != texts[^1] || half != 0.5 || small != 7)
                {
                    throw new InvalidOperationException($"{last} {half} {small}");
                }
            },
            s_tso with { Strategy = SearchStrategy.Mix, Schedules = 3_000 });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    [Fact]
    public void A_lost_update_is_none_of_ones_own_delayed_writes()
    {
        CheckReport report = Check.Explore(
            static () =>
            {
                int count = 0;
                int other = 0;
                var thread = new Thread(() => Volatile.Read(ref count));
                thread.Start();
                Volatile.Write(ref count, Volatile.Read(ref count) + 1);
                _ = Volatile.Read(ref other);
                Volatile.Write(ref count, Volatile.Read(ref count) + 1);
                thread.Join();
                if (count != 2)
                {
                    throw new InvalidOperationException($"{count}");
                }
            },
            s_tso);
        Assert.True(report.Verdict == Verdict.Passed && report.Exhaustive, report.ToString());
    }

    /// <summary>All schedules of four threads are too many for a test: as many as show every outcome that may be.</summary>
    [Fact]
    public void Threads_that_read_see_the_stores_of_others_in_one_order()
    {
        CheckOptions options = s_tso with { Strategy = SearchStrategy.Mix, Schedules = 5_000 };
        ShowsExactly(AllButCrossed, nameof(IndependentReads), options, isComplete: false);
    }

    private static void ShowsExactly(string outcomes, string name, CheckOptions options, bool isComplete = true)
    {
        Action body = typeof(TsoTests).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Action>();
        AppContext.SetData(Key, "");
        AppContext.SetData(AllowedKey, outcomes);
        CheckReport report = Check.Explore(body, options);
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
        Assert.Equal(isComplete, report.Covers.Contains("every schedule;", StringComparison.Ordinal));
        string seen = (string)AppContext.GetData(Key)!;
        Assert.Equal(outcomes, string.Join(' ', seen.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)));
    }

    /// <summary>
    /// Notes how a run came out, outside of the program's statics, which begin anew in each run. A run during which the garbage collector
    /// moved objects does not count, but notes its outcome all the same: so a forbidden one fails its run, and shows if that counts.
    /// </summary>
    private static void Saw(params ReadOnlySpan<int> values)
    {
        string outcome = string.Concat(values.ToArray());
        if (!((string)AppContext.GetData(AllowedKey)!).Split(' ').Contains(outcome))
        {
            throw new InvalidOperationException($"{outcome} is forbidden");
        }

        string seen = (string)AppContext.GetData(Key)!;
        if (!seen.Split(' ').Contains(outcome))
        {
            AppContext.SetData(Key, $"{seen} {outcome}");
        }
    }

    private static void Both(params ReadOnlySpan<Action> bodies)
    {
        Thread[] threads = [.. bodies.ToArray()[1..].Select(static body => new Thread(() => body()))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        bodies[0]();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
    }

    private static void StoreBuffering() => StoreBufferingWith(static () => { }, static () => { });

    private static void StoreBufferingWithFences() => StoreBufferingWith(Interlocked.MemoryBarrier, Interlocked.MemoryBarrier);

    private static void StoreBufferingWithOneFence() => StoreBufferingWith(Interlocked.MemoryBarrier, static () => { });

    private static void StoreBufferingWithLocks() => StoreBufferingWith(PassLock, PassLock);

    private static void StoreBufferingWithExchange()
    {
        int other = 0;
        StoreBufferingWith(() => Interlocked.Exchange(ref other, 1), () => Interlocked.Exchange(ref other, 1));
    }

    private static void PassLock()
    {
        lock (new object())
        {
        }
    }

    private static void StoreBufferingWith(Action first, Action second)
    {
        (int x, int y, int r1, int r2) = (0, 0, 0, 0);
        Both(
            () =>
            {
                Volatile.Write(ref x, 1);
                first();
                r1 = Volatile.Read(ref y);
            },
            () =>
            {
                Volatile.Write(ref y, 1);
                second();
                r2 = Volatile.Read(ref x);
            });
        Saw(r1, r2);
    }

    private static void StoreBufferingWithThreadEnds()
    {
        int x = 0;
        Both(static () => { }, () => Volatile.Write(ref x, 1));
        Saw(x);
    }

    private static void MessagePassing()
    {
        (int x, int y, int r1, int r2) = (0, 0, 0, 0);
        Both(
            () =>
            {
                Volatile.Write(ref x, 1);
                Volatile.Write(ref y, 1);
            },
            () =>
            {
                r1 = Volatile.Read(ref y);
                r2 = Volatile.Read(ref x);
            });
        Saw(r1, r2);
    }

    private static void LoadBuffering()
    {
        (int x, int y, int r1, int r2) = (0, 0, 0, 0);
        Both(
            () =>
            {
                r1 = Volatile.Read(ref x);
                Volatile.Write(ref y, 1);
            },
            () =>
            {
                r2 = Volatile.Read(ref y);
                Volatile.Write(ref x, 1);
            });
        Saw(r1, r2);
    }

    /// <summary>Each thread sees its own store before the other does.</summary>
    private static void OwnStores()
    {
        (int x, int y, int r1, int r2, int r3, int r4) = (0, 0, 0, 0, 0, 0);
        Both(
            () =>
            {
                Volatile.Write(ref x, 1);
                r1 = Volatile.Read(ref x);
                r2 = Volatile.Read(ref y);
            },
            () =>
            {
                Volatile.Write(ref y, 1);
                r3 = Volatile.Read(ref y);
                r4 = Volatile.Read(ref x);
            });
        Saw(r1, r2, r3, r4);
    }

    private static void OwnStoresOfOnePlace()
    {
        (int x, int r1, int r2) = (0, 0, 0);
        Both(
            () =>
            {
                Volatile.Write(ref x, 1);
                r1 = Volatile.Read(ref x);
            },
            () =>
            {
                Volatile.Write(ref x, 2);
                r2 = Volatile.Read(ref x);
            });
        Saw(r1, r2);
    }

    /// <summary>The paper's n6: the first thread reads its own store, then an old value, and yet the other's store lands first.</summary>
    private static void OwnStoresAndFinalValue()
    {
        (int x, int y, int r1, int r2) = (0, 0, 0, 0);
        Both(
            () =>
            {
                Volatile.Write(ref x, 1);
                r1 = Volatile.Read(ref x);
                r2 = Volatile.Read(ref y);
            },
            () =>
            {
                Volatile.Write(ref y, 2);
                Volatile.Write(ref x, 2);
            });
        Saw(r1, r2, x);
    }

    /// <summary>Two threads that read do not see two stores in different orders.</summary>
    private static void IndependentReads()
    {
        (int x, int y, int r1, int r2, int r3, int r4) = (0, 0, 0, 0, 0, 0);
        Both(
            () =>
            {
                r1 = Volatile.Read(ref x);
                r2 = Volatile.Read(ref y);
            },
            () =>
            {
                r3 = Volatile.Read(ref y);
                r4 = Volatile.Read(ref x);
            },
            () => Volatile.Write(ref x, 1),
            () => Volatile.Write(ref y, 1));
        Saw(r1, r2, r3, r4);
    }

    private static void TwoWritesEach()
    {
        (int x, int y) = (0, 0);
        Both(
            () =>
            {
                Volatile.Write(ref x, 1);
                Volatile.Write(ref y, 2);
            },
            () =>
            {
                Volatile.Write(ref y, 1);
                Volatile.Write(ref x, 2);
            });
        Saw(x, y);
    }

    /// <summary>Each enters only if the other has not said that it will.</summary>
    private static void Dekker(bool fence)
    {
        (int x, int y, int inside) = (0, 0, 0);
        void Enter(ref int own, ref int other)
        {
            Volatile.Write(ref own, 1);
            if (fence)
            {
                Interlocked.MemoryBarrier();
            }

            if (Volatile.Read(ref other) == 0)
            {
                inside++;
            }
        }

        Both(() => Enter(ref x, ref y), () => Enter(ref y, ref x));
        if (inside > 1)
        {
            throw new InvalidOperationException("both are inside");
        }
    }
}
