using System.Runtime.InteropServices;

namespace Braid.Checking.Tests.Engine;

/// <summary>Several workers run what one runs, and report what one reports.</summary>
public sealed partial class WorkerTests
{
    private static readonly CheckOptions s_options = new()
    {
        Schedules = 6_000,
        Time = Timeout.InfiniteTimeSpan,
        AwaitsWorkers = true,
    };

    public static TheoryData<string, SearchStrategy> Searches => new(
        from body in new[] { nameof(Locks), nameof(Awaits), nameof(Flags), nameof(Publishes) }
        from strategy in Enum.GetValues<SearchStrategy>()
        where strategy is not (SearchStrategy.Pos or SearchStrategy.Urw)    // which are members of the mix
            && (strategy != SearchStrategy.Dpor || body == nameof(Awaits))  // which is searched by orders where it can be, by one worker
        select (body, strategy));

    [Theory]
    [MemberData(nameof(Searches))]
    public void A_search_that_passes_runs_the_same_schedules(string body, SearchStrategy strategy)
    {
        CheckOptions options = s_options with { Strategy = strategy, Preemptions = int.MaxValue };
        CheckReport one = Explore(body, options with { Workers = 1 });
        CheckReport two = Explore(body, options with { Workers = 2 });
        Assert.Equal((Verdict.Passed, 1), (one.Verdict, one.Workers));
        Assert.Equal((Verdict.Passed, 2), (two.Verdict, two.Workers));
        Assert.Equal(WithoutTime(one), WithoutTime(two));
    }

    [Theory]
    [InlineData(nameof(Rare), SearchStrategy.Mix)]
    [InlineData(nameof(Rare), SearchStrategy.Random)]
    [InlineData(nameof(Rare), SearchStrategy.Pct)]
    [InlineData(nameof(Rare), SearchStrategy.Bounded)]
    public void A_fault_is_found_in_the_same_schedule(string body, SearchStrategy strategy)
    {
        CheckOptions options = s_options with { Strategy = strategy, Preemptions = int.MaxValue, Schedules = 100_000 };
        CheckReport one = Explore(body, options with { Workers = 1 });
        CheckReport two = Explore(body, options with { Workers = 2 });
        CheckReport three = Explore(body, options with { Workers = 3 });
        Assert.Equal(Verdict.AssertionFailed, one.Verdict);
        Assert.InRange(one.Schedules, 40, 100_000);
        Assert.Equal((one.Schedules, one.Sentence, one.Replay, one.Timeline), (two.Schedules, two.Sentence, two.Replay, two.Timeline));
        Assert.Equal((one.Schedules, one.Replay), (three.Schedules, three.Replay));
    }

    [Fact]
    public void A_known_fault_ends_runs_and_not_the_search()
    {
        CheckOptions options = s_options with { Ignore = ["assertion failed"], Schedules = 3_000 };
        CheckReport one = Explore(nameof(Rare), options with { Workers = 1 });
        CheckReport two = Explore(nameof(Rare), options with { Workers = 2 });
        Assert.Equal(2, two.Workers);
        Assert.NotEmpty(one.Known);
        Assert.Equal(WithoutTime(one), WithoutTime(two));
        Assert.Equal(one.Known, two.Known);
    }

    [Fact]
    public void A_race_that_is_found_late_is_reported_the_same()
    {
        CheckOptions options = s_options with { Strategy = SearchStrategy.Random };
        CheckReport one = Explore(nameof(LateRace), options with { Workers = 1 });
        CheckReport two = Explore(nameof(LateRace), options with { Workers = 2 });
        Assert.Equal(Verdict.DataRace, one.Verdict);
        Assert.Equal((one.Schedules, one.Sentence, one.Replay), (two.Schedules, two.Sentence, two.Replay));
    }

    [Fact]
    public void Statics_of_the_program_are_each_worker_s_own()
    {
        CheckReport report = Explore(nameof(CountsInStatic), s_options with { Workers = 2 });
        Assert.Equal((Verdict.Passed, 2), (report.Verdict, report.Workers));
    }

    [Fact]
    public void A_body_that_allocates_much_is_searched_nevertheless()
    {
        CheckReport report = Explore(
            nameof(Allocates), s_options with { Workers = 2, Schedules = 1_000, Strategy = SearchStrategy.Random });
        Assert.Equal((Verdict.Passed, 1_000), (report.Verdict, report.Schedules));
    }

    [Theory]
    [InlineData(nameof(WritesFile))]
    [InlineData(nameof(SetsVariable))]
    [InlineData(nameof(CallsNative))]
    [InlineData(nameof(Collects))]
    public void A_process_wide_member_is_used_by_one_run_at_a_time(string body)
    {
        CheckReport report = Explore(body, s_options with { Workers = 2, Schedules = 300 });
        Assert.Equal((Verdict.Passed, 1), (report.Verdict, report.Workers));
    }

    [Fact]
    public void A_process_wide_member_that_few_schedules_use_is_used_by_one_run_at_a_time()
    {
        CheckReport one = Explore(nameof(SetsVariableRarely), s_options with { Workers = 1 });
        CheckReport two = Explore(nameof(SetsVariableRarely), s_options with { Workers = 2 });
        Assert.Equal(Verdict.Passed, one.Verdict);
        Assert.Equal(WithoutTime(one), WithoutTime(two));
    }

    [Fact]
    public void A_body_that_captures_an_object_is_run_by_one_worker()
    {
        List<int> seen = [];
        CheckReport report = Check.Explore(
            () =>
            {
                var other = new Thread(() => Thread.Yield());
                other.Start();
                other.Join();
                seen.Add(1);
            },
            s_options with { Workers = 2, Schedules = 200, Strategy = SearchStrategy.Random });
        Assert.Equal((Verdict.Passed, 1), (report.Verdict, report.Workers));
    }

    [Fact]
    public void A_body_that_captures_numbers_and_text_is_run_by_several()
    {
        int number = 1;
        string text = "a";
        CheckReport report = Check.Explore(
            () =>
            {
                int sum = 0;
                var other = new Thread(() => Interlocked.Add(ref sum, number));
                other.Start();
                Interlocked.Add(ref sum, text.Length);
                other.Join();
            },
            s_options with { Workers = 2, Strategy = SearchStrategy.Random });
        Assert.Equal((Verdict.Passed, 2), (report.Verdict, report.Workers));
    }

    [Fact]
    public void A_loop_without_end_in_one_worker_is_reported_as_stuck()
    {
        CheckReport report = Explore(
            nameof(LoopsRarely), s_options with { Workers = 2, Strategy = SearchStrategy.Random, Schedules = 100_000 });
        Assert.Equal(Verdict.Stuck, report.Verdict);
    }

    [Fact]
    public void The_number_of_workers_is_at_least_one() =>
        Assert.Equal(
            "options.Workers",
            Assert.Throws<ArgumentOutOfRangeException>(() => Check.Explore(Locks, new CheckOptions { Workers = 0 })).ParamName);

    private static CheckReport Explore(string body, CheckOptions options) =>
        Check.Explore(
            typeof(WorkerTests).GetMethod(
                body, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!,
            options);

    private static (long, string, string, bool, string) WithoutTime(CheckReport report) =>
        (report.Schedules,
            System.Text.RegularExpressions.Regex.Replace(report.Proves, @" in [\d.,]+ s", ""),
            report.Sentence,
            report.Exhaustive,
            report.Covers);

    private static void Locks()
    {
        object gate = new();
        int counter = 0;
        Together(3, () =>
        {
            for (int i = 0; i < 3; i++)
            {
                lock (gate)
                {
                    counter++;
                }
            }
        });
        Require(counter == 9);
    }

    private static void Awaits()
    {
        int count = 0;
        Task.WhenAll(CountAsync(), CountAsync(), CountAsync()).GetAwaiter().GetResult();
        Require(count == 6);

        async Task CountAsync()
        {
            await Task.Yield();
            Interlocked.Increment(ref count);
            await Task.Yield();
            Interlocked.Increment(ref count);
        }
    }

    private static void Flags()
    {
        int[] flags = new int[3];
        int next = -1;
        Together(3, () =>
        {
            int own = Interlocked.Increment(ref next);
            Volatile.Write(ref flags[own], 1);
            _ = Volatile.Read(ref flags[(own + 1) % 3]) + Volatile.Read(ref flags[(own + 2) % 3]);
        });
    }

    private static void Publishes()
    {
        object gate = new();
        bool isThere = false;
        var taker = new Thread(() =>
        {
            lock (gate)
            {
                while (!isThere)
                {
                    Monitor.Wait(gate);
                }
            }
        });
        taker.Start();
        Together(2, () =>
        {
            lock (gate)
            {
                isThere = true;
                Monitor.PulseAll(gate);
            }
        });
        taker.Join();
    }

    /// <summary>Fails if the threads take six steps in one certain order.</summary>
    private static void Rare()
    {
        int word = 0;
        var threads = new Thread[3];
        for (int i = 0; i < threads.Length; i++)
        {
            int own = i;
            threads[i] = new Thread(() =>
            {
                Add(own + 1);
                Add(own + 1);
            });
        }

        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        Require(word != 213_132);

        void Add(int digit)
        {
            int before = Volatile.Read(ref word);
            while (Interlocked.CompareExchange(ref word, (before * 10) + digit, before) is var seen && seen != before)
            {
                before = seen;
            }
        }
    }

    private static void LateRace()
    {
        int turn = 0;
        int plain = 0;
        Together(3, () =>
        {
            int own = Interlocked.Increment(ref turn);
            if (Volatile.Read(ref turn) == 1 && Interlocked.Add(ref turn, 10) == 12 && Volatile.Read(ref turn) == 12)
            {
                plain = own;
            }

            if (Interlocked.Increment(ref turn) == 14)
            {
                plain = own;
            }
        });
    }

    private static int s_count;

    private static void CountsInStatic()
    {
        Together(2, () => Interlocked.Increment(ref s_count));
        Require(Interlocked.Increment(ref s_count) == 3);
    }

    private static void Allocates()
    {
        int sum = 0;
        Together(2, () => Interlocked.Add(ref sum, new byte[100_000].Length));
        Require(sum == 200_000);
    }

    private static void WritesFile()
    {
        string path = Path.Combine(Path.GetTempPath(), $"braid-worker-{Environment.ProcessId}");
        Together(2, () => { });
        File.WriteAllText(path, "one");
        Require(File.ReadAllText(path) == "one");
        File.Delete(path);
    }

    private static void SetsVariable()
    {
        Together(2, () => { });
        Environment.SetEnvironmentVariable("BRAID_WORKER_TEST", "one");
        Require(Environment.GetEnvironmentVariable("BRAID_WORKER_TEST") == "one");
        Environment.SetEnvironmentVariable("BRAID_WORKER_TEST", null);
    }

    private static void SetsVariableRarely()
    {
        int turn = 0;
        int last = 0;
        Together(3, () =>
        {
            int own = Interlocked.Increment(ref turn);
            if (Interlocked.CompareExchange(ref last, own, 2) == 2)
            {
                SetsVariable();
            }

            Interlocked.CompareExchange(ref last, own, own - 1);
        });
    }

    private static void CallsNative()
    {
        Together(2, () => { });
        Require(GetProcessId() > 0);
    }

    private static void Collects()
    {
        Together(2, () => { });
        GC.AddMemoryPressure(1);
        GC.RemoveMemoryPressure(1);
        AppContext.SetData("braid.worker", 1);
    }

    private static void LoopsRarely()
    {
        int word = 0;
        Together(3, () =>
        {
            int own = Interlocked.Increment(ref word);
            if (own == 2 && Volatile.Read(ref word) == 3)
            {
                while (true)
                {
                    GC.KeepAlive(null);
                }
            }
        });
    }

    private static void Together(int count, Action work)
    {
        var threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            threads[i] = new Thread(() => work());
            threads[i].Start();
        }

        Array.ForEach(threads, static thread => thread.Join());
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("It does not hold.");
        }
    }

    [LibraryImport("libc", EntryPoint = "getpid")]
    private static partial int GetProcessId();
}
