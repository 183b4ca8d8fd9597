using System.Collections.Concurrent;
using Braid.Checking.Engine;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Soundness;

/// <summary>
/// Orders of operations that the search once missed, and false findings; the comparison with brute force has shown each of them.
/// </summary>
public sealed class HiddenOrdersTests
{
    [Fact]
    public void An_attempt_fails_just_before_a_wait_releases_the_monitor() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        object gate = new();
        var waiter = new Thread(() =>
        {
            lock (gate)
            {
                Monitor.Wait(gate, 10);
            }
        });
        waiter.Start();
        bool taken = Monitor.TryEnter(gate);
        if (taken)
        {
            Monitor.Exit(gate);
        }

        waiter.Join();
        Assert.True(taken);
    });

    [Fact]
    public void A_semaphore_is_disposed_just_before_a_wait() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var semaphore = new SemaphoreSlim(1);
        var other = new Thread(semaphore.Dispose);
        other.Start();
        semaphore.Wait();
        other.Join();
    });

    [Fact]
    public void An_event_is_disposed_just_before_a_wait() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var signal = new ManualResetEventSlim(true);
        var other = new Thread(signal.Dispose);
        other.Start();
        signal.Wait();
        other.Join();
    });

    [Fact]
    public void An_unused_semaphore_is_disposed_after_the_earlier_steps_of_its_thread() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var semaphore = new SemaphoreSlim(1);
        int stage = 0;
        int seen = 0;
        var other = new Thread(() =>
        {
            seen = Volatile.Read(ref stage);
            semaphore.Dispose();
        });
        other.Start();
        Volatile.Write(ref stage, 1);
        bool refused = false;
        try
        {
            semaphore.Wait();
        }
        catch (ObjectDisposedException)
        {
            refused = true;
        }

        other.Join();
        Assert.False(seen == 0 && !refused);
    });

    [Fact]
    public void A_token_is_cancelled_just_before_a_wait_that_need_not_wait() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var source = new CancellationTokenSource();
        CancellationToken token = source.Token;
        var semaphore = new SemaphoreSlim(1);
        var other = new Thread(source.Cancel);
        other.Start();
        semaphore.Wait(token);
        other.Join();
    });

    [Fact]
    public void A_source_is_disposed_just_before_its_token_is_asked_for_or_its_delay_is_set()
    {
        Explored.Fails(Verdict.AssertionFailed, () => UseWhileDisposed(source => _ = source.Token));
        Explored.Fails(Verdict.AssertionFailed, () => UseWhileDisposed(source => source.CancelAfter(10)));
    }

    [Fact]
    public void A_delay_that_is_over_does_not_mind_that_its_source_is_disposed() => Explored.Holds(() =>
    {
        var source = new CancellationTokenSource();
        source.CancelAfter(10);
        Thread.Sleep(10);
        source.Dispose();
    });

    [Fact]
    public void One_of_two_threads_that_dispose_of_a_timer_is_the_second() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var timer = new Timer(_ => { });
        using var ended = new ManualResetEvent(false);
        var other = new Thread(timer.Dispose);
        other.Start();
        bool first = timer.Dispose(ended);
        other.Join();
        Assert.True(first);
    });

    [Fact]
    public void A_thread_is_started_just_after_another_has_joined_it() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        int looked = 0;
        var late = new Thread(() => { });
        int seen = 0;
        var starter = new Thread(() =>
        {
            seen = Volatile.Read(ref looked);
            late.Start();
        });
        starter.Start();
        Volatile.Write(ref looked, 1);
        bool refused = false;
        try
        {
            late.Join();
        }
        catch (ThreadStateException)
        {
            refused = true;
        }

        starter.Join();
        Assert.False(refused && seen == 0);
    });

    [Fact]
    public void A_thread_that_yields_may_continue_immediately() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        int number = 0;
        var other = new Thread(() =>
        {
            Thread.Yield();
            Volatile.Write(ref number, 1);
        });
        other.Start();
        int seen = Volatile.Read(ref number);
        other.Join();
        Assert.Equal(0, seen);
    });

    [Fact]
    public void Several_reads_of_the_same_location_from_different_sites_are_no_loop() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        int flag = 0;
        int number = 0;
        var other = new Thread(() =>
        {
            _ = Volatile.Read(ref flag);
            _ = Volatile.Read(ref flag);
            _ = Volatile.Read(ref flag);
            _ = Volatile.Read(ref flag);
            _ = Volatile.Read(ref flag);
            Volatile.Write(ref number, 1);
        });
        other.Start();
        int seen = Volatile.Read(ref number);
        other.Join();
        Assert.Equal(0, seen);
    });

    [Fact]
    public void Several_calls_of_a_concurrent_dictionary_are_no_loop() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var dictionary = new ConcurrentDictionary<int, int>();
        int flag = 0;
        int seen = 0;
        int removed = 0;
        var other = new Thread(() =>
        {
            seen = Volatile.Read(ref flag);
            removed += dictionary.TryRemove(1, out _) ? 1 : 0;
            removed += dictionary.TryUpdate(1, 2, 3) ? 1 : 0;
            removed += dictionary.TryRemove(1, out _) ? 1 : 0;
        });
        other.Start();
        Volatile.Write(ref flag, 1);
        dictionary[1] = 1;
        other.Join();
        Assert.False(seen == 1 && removed == 0);
    });

    [Fact]
    public void A_pass_states_that_loops_are_fair()
    {
        CheckReport report = Check.Explore(() =>
        {
            int flag = 0;
            var other = new Thread(() => Volatile.Write(ref flag, 1));
            other.Start();
            while (Volatile.Read(ref flag) == 0)
            {
            }

            other.Join();
        });
        Assert.Equal(Verdict.Passed, report.Verdict);
        Assert.Contains("fair loops", report.Covers, StringComparison.Ordinal);
    }

    [Fact]
    public void The_result_of_a_release_depends_on_the_releases_of_other_threads() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var semaphore = new SemaphoreSlim(0);
        int flag = 0;
        int seen = 0;
        int before = 0;
        var other = new Thread(() =>
        {
            seen = Volatile.Read(ref flag);
            before = semaphore.Release();
        });
        other.Start();
        Volatile.Write(ref flag, 1);
        semaphore.Release();
        other.Join();
        Assert.False(seen == 1 && before == 0);
    });

    [Fact]
    public void Which_of_two_releases_is_one_too_many_depends_on_their_order() => Explored.Fails(Verdict.AssertionFailed, () =>
    {
        var semaphore = new SemaphoreSlim(0, 1);
        int flag = 0;
        int seen = 0;
        var other = new Thread(() =>
        {
            seen = Volatile.Read(ref flag);
            Fills(semaphore);
        });
        other.Start();
        Volatile.Write(ref flag, 1);
        bool fills = Fills(semaphore);
        other.Join();
        Assert.False(seen == 1 && !fills);
    });

    [Fact]
    public void A_time_limit_does_not_deny_a_free_lock() => Explored.Holds(
        () =>
        {
            object gate = new();
            var other = new Thread(() => Thread.Sleep(10));
            other.Start();
            bool taken = Monitor.TryEnter(gate, 10);
            Monitor.Exit(gate);
            other.Join();
            Assert.True(taken);
        },
        ClockMode.Racing);

    [Fact]
    public void One_of_two_equal_alarms_may_expire_alone()
    {
        var clock = new VirtualClock();
        List<int> rung = [];
        Alarm first = clock.Set(10, () => rung.Add(1));
        clock.Set(10, () => rung.Add(2));
        clock.Set(5, () => rung.Add(3));
        clock.AdvanceTo(first);
        Assert.Equal([3, 1], rung);
    }

    [Fact]
    public void A_plain_write_long_after_an_atomic_one_races_with_it() => Explored.Fails(Verdict.DataRace, () =>
    {
        var place = new int[1];
        var other = new Thread(() => Interlocked.Increment(ref place[0]));
        other.Start();
        Thread.Sleep(1_000);
        place[0] = 5;
        other.Join();
    });

    [Fact]
    public void A_plain_read_races_with_an_atomic_write_also_after_an_atomic_write_of_its_own() => Explored.Fails(Verdict.DataRace, () =>
    {
        var place = new int[1];
        var other = new Thread(() => Volatile.Write(ref place[0], 1));
        other.Start();
        Thread.Sleep(1_000);
        Volatile.Write(ref place[0], 2);
        _ = place[0];
        other.Join();
    });

    [Fact]
    public void A_race_names_the_place_of_the_thread_that_it_names()
    {
        CheckReport report = Explored.Fails(Verdict.DataRace, () =>
        {
            var place = new int[1];
            var reader = new Thread(() => _ = First(place)) { Name = "first" };
            var other = new Thread(() => _ = Second(place)) { Name = "second" };
            reader.Start();
            other.Start();
            Thread.Sleep(1_000);
            place[0] = 5;
            reader.Join();
            other.Join();
        });
        Assert.Matches($@"^first reads .* at HiddenOrdersTests.cs:{LineWith("// Of the first.")},", report.Sentence);
    }

    [Fact]
    public void A_race_names_the_plain_write_and_not_an_atomic_one_after_it()
    {
        CheckReport report = Explored.Fails(Verdict.DataRace, () =>
        {
            var place = new int[1];
            var other = new Thread(() =>
            {
                place[0] = 1;       // The plain one.
                Interlocked.Exchange(ref place[0], 2);
            });
            other.Start();
            Thread.Sleep(1_000);
            Volatile.Write(ref place[0], 3);
            other.Join();
        });
        Assert.Contains($"HiddenOrdersTests.cs:{LineWith("// The plain one.")},", report.Sentence, StringComparison.Ordinal);
    }

    private static bool Fills(SemaphoreSlim semaphore)
    {
        try
        {
            semaphore.Release();
            return true;
        }
        catch (SemaphoreFullException)
        {
            return false;
        }
    }

    private static int First(int[] place) => place[0];      // Of the first.

    private static int Second(int[] place) => place[0];

    /// <summary>The number of the line of this file that ends with a comment.</summary>
    private static int LineWith(string comment) =>
        1 + Array.FindIndex(File.ReadAllLines(Here()), line => line.EndsWith(comment, StringComparison.Ordinal));

    /// <summary>This file. The build server compiles another source path into the program.</summary>
    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string path = "")
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Braid.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, path[path.LastIndexOf("tests/", StringComparison.Ordinal)..]);
    }

    private static void UseWhileDisposed(Action<CancellationTokenSource> use)
    {
        var source = new CancellationTokenSource();
        var other = new Thread(source.Dispose);
        other.Start();
        use(source);
        other.Join();
    }
}
