using System.Runtime.InteropServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Engine;

/// <summary>A check ends in bounded time, whatever its body does.</summary>
public sealed partial class EndOfRunTests
{
    /// <summary>The program ends while a task of the pool holds a lock: that is cut off, and has not ended.</summary>
    [Fact]
    public void A_lock_that_is_held_where_the_end_of_the_program_cuts_a_task_off_is_not_leaked()
    {
        CheckReport report = Check.Explore(
            () =>
            {
                int count = 0;
                object gate = new();
                Task.Factory.StartNew(
                    () =>
                    {
                        lock (gate)
                        {
                            Interlocked.Increment(ref count);
                            Interlocked.Increment(ref count);
                        }
                    },
                    CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
                Interlocked.Increment(ref count);
            },
            new CheckOptions { Schedules = 300, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    [Fact]
    public void A_loop_that_touches_nothing_shared_is_ended()
    {
        CheckReport report = Check.Explore(() =>
        {
            for (int i = 0; ; i ^= 1)
            {
                GC.KeepAlive(null);
            }
        });
        Assert.Equal(Verdict.Stuck, report.Verdict);
        Assert.Contains("s of processor time in a loop without any shared access", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_ends_though_many_methods_below_catch_everything()
    {
        CheckReport report = Check.Explore(static () =>
        {
            var never = new object();
            var deep = new Thread(() => Descend(2_000, () =>
            {
                lock (never)
                {
                    Monitor.Wait(never);
                }
            }));
            deep.Start();
            deep.Join();
        });
        Assert.Equal(Verdict.Deadlock, report.Verdict);
    }

    private static int Descend(int levels, Action end)
    {
        try
        {
            if (levels == 0)
            {
                end();
                return 0;
            }

            return Descend(levels - 1, end) + 1;
        }
        catch (InvalidOperationException)
        {
            return -1;
        }
        catch (Exception e) when (e.Message.Length == levels)
        {
            return -2;
        }
        catch (Exception)
        {
            throw;
        }
    }

    [Fact]
    public void A_search_with_little_time_does_not_wait_long_for_a_stuck_thread()
    {
        const string Runs = $"{nameof(EndOfRunTests)}.Runs";
        AppContext.SetData(Runs, null);
        CheckReport report = Check.Explore(
            () =>
            {
                var other = new Thread(() =>
                {
                    Pause(AppContext.GetData(Runs) is int runs && runs > 3 ? 3600u : 0u);
                });
                AppContext.SetData(Runs, (AppContext.GetData(Runs) as int? ?? 0) + 1);
                other.Start();
                other.Join();
            },
            new CheckOptions { Time = TimeSpan.FromSeconds(1), Strategy = SearchStrategy.Random });
        Assert.Equal(Verdict.Stuck, report.Verdict);
    }

    [Fact]
    public void A_waiting_thread_and_a_running_one_are_distinguished()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells.");
        using var end = new ManualResetEventSlim();
        int waiting = 0;
        var waiter = new Thread(() =>
        {
            Volatile.Write(ref waiting, ThreadUse.OwnId());
            end.Wait();
        });
        waiter.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref waiting) != 0 && ThreadUse.Of(Volatile.Read(ref waiting)) is { CanRun: false });
        ThreadUse before = ThreadUse.Of(ThreadUse.OwnId())!.Value;
        SpinWait.SpinUntil(() => ThreadUse.Of(ThreadUse.OwnId())!.Value.Used > before.Used);
        Assert.True(ThreadUse.Of(ThreadUse.OwnId())!.Value.CanRun);
        Assert.True(ThreadUse.CanAnyRun(exceptFor: waiting));
        end.Set();
        waiter.Join();
    }

    [Fact]
    public void A_wait_in_native_code_is_left_behind_and_reported()
    {
        CheckReport report = Check.Explore(() => Pause(3600));
        Assert.Equal(Verdict.Stuck, report.Verdict);
        Assert.Contains("s in code that the checker does not see (a system call", report.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 2, false, 100)]
    [InlineData(100, 2, true, 2)]       // the thread that it waits for gets hardly any processor time
    [InlineData(100, 190, true, 100)]   // the other threads run at full speed, and still it waits
    public void A_wait_counts_by_processor_time_while_other_threads_can_run(int passed, int used, bool canOthersRun, int counts) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(counts),
            StandstillWatch.Waited(TimeSpan.FromMilliseconds(passed), TimeSpan.FromMilliseconds(used), canOthersRun));

    [Fact]
    public void A_thread_that_waits_forever_after_the_body_is_reported()
    {
        CheckReport report = Check.Explore(() =>
        {
            var never = new ManualResetEventSlim();
            new Thread(() => never.Wait()).Start();
        });
        Assert.Equal(Verdict.Deadlock, report.Verdict);
        Assert.Contains("thread 1", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_background_thread_ends_with_the_program() => Assert.Equal(Verdict.Passed, Check.Explore(() =>
    {
        var never = new ManualResetEventSlim();
        new Thread(() => never.Wait()) { IsBackground = true }.Start();
    }).Verdict);

    [Fact]
    public void Catching_everything_does_not_keep_a_thread_alive()
    {
        CheckReport report = Check.Explore(() =>
        {
            object gate = new();
            void WaitForEver()
            {
                while (true)
                {
                    try
                    {
                        lock (gate)
                        {
                            Monitor.Wait(gate);
                        }
                    }
                    catch (Exception e) when (e.Message.Length > 0)
                    {
                    }
                    catch
                    {
                    }
                }
            }

            new Thread(WaitForEver) { IsBackground = true }.Start();
        });
        Assert.Equal(Verdict.Passed, report.Verdict);
    }

    [Fact]
    public void A_cycle_of_locks_is_found_while_another_thread_keeps_running()
    {
        CheckReport report = Check.Explore(() =>
        {
            bool done = false;
            new Thread(() =>
            {
                while (!Volatile.Read(ref done))
                {
                    Thread.Yield();
                }
            }).Start();
            ReplayTests.Embrace();
            Volatile.Write(ref done, true);
        });
        Assert.Equal(Verdict.Deadlock, report.Verdict);
        Assert.Contains("which", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unhandled_exception_of_a_thread_is_a_fault()
    {
        CheckReport report = Check.Explore(() =>
        {
            var thrower = new Thread(() => throw new InvalidOperationException("no more paper"));
            thrower.Start();
            thrower.Join();
        });
        Assert.Equal(Verdict.UnhandledException, report.Verdict);
        Assert.Contains("no more paper", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_uncontrolled_call_stops_the_run_by_name()
    {
        CheckReport report = Check.Explore(() => GC.KeepAlive(System.Net.Dns.GetHostName()));
        Assert.Equal(Verdict.NotControlled, report.Verdict);
        Assert.Contains("Dns.GetHostName", report.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_allocates_much_is_checked_nevertheless() => Assert.Equal(Verdict.Passed, Check.Explore(
        () =>
        {
            object gate = new();
            int sum = 0;
            void Work()
            {
                byte[][] garbage = new byte[200][];
                for (int i = 0; i < garbage.Length; i++)
                {
                    garbage[i] = new byte[20_000];
                }

                lock (gate)
                {
                    sum += garbage.Length;
                }
            }

            var other = new Thread(Work);
            other.Start();
            Work();
            other.Join();
        },
        new CheckOptions { Schedules = 300 }).Verdict);

    [LibraryImport("libc", EntryPoint = "sleep")]
    private static partial uint Pause(uint seconds);
}
