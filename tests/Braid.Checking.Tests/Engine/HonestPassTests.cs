using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Engine;

/// <summary>A pass claims no more than was examined, and the search examines what can happen.</summary>
public sealed class HonestPassTests
{
    private static readonly CheckOptions s_proof = new()
    {
        Strategy = SearchStrategy.Bounded,
        Preemptions = int.MaxValue,
        Time = Timeout.InfiniteTimeSpan,
    };

    [Fact]
    public void A_race_is_found_although_a_garbage_collection_disturbed_the_run_that_showed_it_first()
    {
        AppContext.SetData("braid.collected", null);
        CheckReport report = Check.Explore(
            () =>
            {
                var box = new Box();
                var other = new Thread(() => box.Value = 1);
                other.Start();
                box.Value = 2;
                other.Join();
                if (CollectOnce())
                {
                    GC.Collect();
                }
            },
            s_proof);
        Assert.Equal(Verdict.DataRace, report.Verdict);
    }

    [Fact]
    public void A_body_with_one_thread_is_no_pass()
    {
        CheckReport report = Check.Explore(() => { lock (new object()) { } });
        Assert.Equal((Verdict.NothingChecked, false, true), (report.Verdict, report.Exhaustive, report.Failed));
        Assert.StartsWith("nothing checked: one thread ran", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SearchStrategy.Random, "random schedules")]
    [InlineData(SearchStrategy.Pct, "schedules by random priorities")]
    [InlineData(SearchStrategy.Pos, "schedules by random priorities of steps")]
    [InlineData(SearchStrategy.Urw, "schedules drawn uniformly")]
    public void A_pass_by_random_schedules_says_how_they_were_drawn(SearchStrategy strategy, string how)
    {
        CheckReport report = Check.Explore(
            () =>
            {
                int count = 0;
                var other = new Thread(() => Interlocked.Increment(ref count));
                other.Start();
                Interlocked.Increment(ref count);
                other.Join();
            },
            new CheckOptions { Strategy = strategy, Schedules = 50 });
        Assert.Equal((Verdict.Passed, false, 50), (report.Verdict, report.Exhaustive, report.Schedules));
        Assert.Contains($"; {how}; ", report.Covers, StringComparison.Ordinal);
    }

    [Fact]
    public void Assemblies_beside_the_program_are_rewritten_whatever_their_names()
    {
        Assert.Equal(Verdict.LostUpdate, Check.Explore(() =>
        {
            var counter = new Contoso.Counter();
            var other = new Thread(counter.Add);
            other.Start();
            counter.Add();
            other.Join();
        }).Verdict);
        Assert.Equal(Verdict.Deadlock, Check.Explore(() =>
        {
            var counter = new Contoso.Counter();
            var other = new Thread(counter.LeftThenRight);
            other.Start();
            counter.RightThenLeft();
            other.Join();
        }).Verdict);
    }

    [Fact]
    public void A_search_runs_schedules_however_short_its_time()
    {
        CheckReport report = Check.Explore(TwoLockers, new CheckOptions { Time = TimeSpan.FromTicks(1) });
        Assert.Equal(Verdict.Passed, report.Verdict);
        Assert.True(report.Schedules > 0);
    }

    [Fact]
    public void A_pass_states_what_it_covers()
    {
        CheckReport report = Check.Run(TwoLockers, s_proof);
        Assert.True(report.Exhaustive, report.ToString());
        Assert.StartsWith("covers: 2 threads; every schedule; sequential consistency: ", report.Covers, StringComparison.Ordinal);
        Assert.Matches("looked into .*Braid.Checking.Tests", report.Covers);
        Assert.DoesNotContain("clock", report.Covers, StringComparison.Ordinal);
        Assert.EndsWith(report.Covers, report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pass_with_time_limits_states_which_clock_was_explored()
    {
        static void Body()
        {
            var other = new Thread(() => Thread.Sleep(1));
            other.Start();
            other.Join();
        }

        Assert.Contains("quiescent clock: ", Check.Run(Body).Covers, StringComparison.Ordinal);
        Assert.Contains("racing clock: ", Check.Run(Body, new CheckOptions { Clock = ClockMode.Racing }).Covers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(10, 11)]
    [InlineData(1000, 1010)]
    public void Threads_that_sleep_about_as_long_wake_in_any_order_and_overlap(int one, int other)
    {
        CheckReport report = Check.Explore(() => AddInTwoSteps(one, other));
        Assert.True(report.Verdict is Verdict.AssertionFailed or Verdict.LostUpdate, report.ToString());
    }

    [Fact]
    public void Threads_that_sleep_for_clearly_different_times_wake_in_that_order() =>
        Assert.Equal(Verdict.Passed, Check.Explore(() => AddInTwoSteps(10, 50), s_proof).Verdict);

    [Fact]
    public void A_timer_and_a_sleep_of_the_same_length_end_in_any_order()
    {
        CheckReport report = Check.Explore(() =>
        {
            object gate = new();
            var order = new List<string>();
            using var done = new ManualResetEvent(false);
            using var timer = new Timer(_ =>
            {
                lock (gate)
                {
                    order.Add("timer");
                }

                done.Set();
            }, null, 100, Timeout.Infinite);
            Thread.Sleep(100);
            lock (gate)
            {
                order.Add("sleeper");
            }

            done.WaitOne();
            if (order[0] == "sleeper")
            {
                throw new InvalidOperationException("The sleeper was first.");
            }
        });
        Assert.Equal(Verdict.AssertionFailed, report.Verdict);
    }

    [Fact]
    public void Work_until_a_stop_after_some_time_is_no_livelock()
    {
        Assert.Equal(Verdict.Passed, Check.Explore(() =>
        {
            int done = 0;
            bool stop = false;
            object gate = new();
            var worker = new Thread(() =>
            {
                while (!Volatile.Read(ref stop))
                {
                    lock (gate)
                    {
                        done++;
                    }
                }
            });
            worker.Start();
            Thread.Sleep(100);
            Volatile.Write(ref stop, true);
            worker.Join();
        }, new CheckOptions { Schedules = 200, Time = Timeout.InfiniteTimeSpan }).Verdict);
    }

    [Fact]
    public void Work_until_the_clock_shows_a_time_is_no_livelock()
    {
        Assert.Equal(Verdict.Passed, Check.Explore(() =>
        {
            int done = 0;
            DateTime end = DateTime.UtcNow.AddSeconds(1);
            var worker = new Thread(() =>
            {
                while (DateTime.UtcNow < end)
                {
                    Interlocked.Increment(ref done);
                }
            });
            worker.Start();
            worker.Join();
        }, new CheckOptions { Schedules = 200, Time = Timeout.InfiniteTimeSpan }).Verdict);
    }

    [Fact]
    public void A_long_time_limit_does_not_expire_because_there_is_much_to_do()
    {
        Assert.Equal(Verdict.Passed, Check.Explore(() =>
        {
            object gate = new();
            var worker = new Thread(() =>
            {
                for (int i = 0; i < 2_000; i++)
                {
                    lock (gate)
                    {
                    }
                }
            });
            worker.Start();
            if (!worker.Join(TimeSpan.FromSeconds(30)))
            {
                throw new TimeoutException("The time was up.");
            }
        }, new CheckOptions { Schedules = 20, Time = Timeout.InfiniteTimeSpan }).Verdict);
    }

    [Theory]
    [InlineData(nameof(SemaphoreSlim))]
    [InlineData(nameof(Semaphore))]
    [InlineData(nameof(CancellationTokenSource))]
    [InlineData(nameof(ManualResetEvent))]
    [InlineData(nameof(Mutex))]
    public void A_released_object_may_have_been_disposed_of_before(string kind)
    {
        CheckReport report = Check.Explore(() =>
        {
            IDisposable given = kind switch
            {
                nameof(SemaphoreSlim) => new SemaphoreSlim(0),
                nameof(Semaphore) => new Semaphore(0, 1),
                nameof(CancellationTokenSource) => new CancellationTokenSource(),
                nameof(ManualResetEvent) => new ManualResetEvent(false),
                _ => new Mutex(),
            };
            using var idle = new ManualResetEventSlim();
            var worker = new Thread(() =>
            {
                idle.Set();
                Give(given);
            });
            worker.Start();
            idle.Wait();
            given.Dispose();
            worker.Join();
        });
        Assert.Equal((Verdict.UnhandledException, typeof(ObjectDisposedException)), (report.Verdict, report.Exception?.GetType()));
    }

    [Fact]
    public void A_callback_that_has_begun_may_continue_after_the_body_has_returned()
    {
        CheckReport report = Check.Explore(() =>
        {
            var source = new CancellationTokenSource();
            var timer = new Timer(_ => source.Cancel(), null, 100, Timeout.Infinite);
            Thread.Sleep(100);
            timer.Dispose();
            source.Dispose();
        });
        Assert.Equal((Verdict.UnhandledException, typeof(ObjectDisposedException)), (report.Verdict, report.Exception?.GetType()));
    }

    [Fact]
    public void Clocks_that_learn_from_each_other_stay_as_short_as_there_are_threads()
    {
        (VectorClock one, VectorClock other) = (new VectorClock(), new VectorClock());
        one.Tick(20);
        other.Tick(5);
        for (int i = 0; i < 100; i++)
        {
            one.Join(other);
            other.Join(one);
        }

        Assert.True(one.Length <= 64 && other.Length <= 64, $"{one.Length}, {other.Length}");
    }

    [Fact]
    public void Thirty_two_threads_are_searched_in_seconds()
    {
        CheckReport report = Check.Explore(() =>
        {
            object gate = new();
            Thread[] threads = [.. Enumerable.Range(0, 32).Select(_ => new Thread(() =>
            {
                lock (gate)
                {
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
        }, new CheckOptions { Schedules = 200, Time = Timeout.InfiniteTimeSpan });
        Assert.Equal((Verdict.Passed, 200L), (report.Verdict, report.Schedules));
    }

    private static void Give(IDisposable given)
    {
        switch (given)
        {
            case SemaphoreSlim semaphore:
                semaphore.Release();
                break;
            case Semaphore semaphore:
                semaphore.Release();
                break;
            case CancellationTokenSource source:
                source.Cancel();
                break;
            case ManualResetEvent signal:
                signal.Set();
                break;
            case Mutex mutex:
                mutex.WaitOne();
                mutex.ReleaseMutex();
                break;
        }
    }

    private static void TwoLockers()
    {
        object gate = new();
        var other = new Thread(() =>
        {
            lock (gate)
            {
            }
        });
        other.Start();
        lock (gate)
        {
        }

        other.Join();
    }

    private static void AddInTwoSteps(int one, int other)
    {
        int sum = 0;
        object gate = new();
        void Work(int milliseconds)
        {
            Thread.Sleep(milliseconds);
            int read;
            lock (gate)
            {
                read = sum;
            }

            lock (gate)
            {
                sum = read + 1;
            }
        }

        var first = new Thread(() => Work(one));
        var second = new Thread(() => Work(other));
        first.Start();
        second.Start();
        first.Join();
        second.Join();
        if (sum != 2)
        {
            throw new InvalidOperationException("lost");
        }
    }

    private static bool CollectOnce()
    {
        string? done = AppContext.GetData("braid.collected") as string;
        AppContext.SetData("braid.collected", "yes");
        return done is null;
    }

    private sealed class Box
    {
        public int Value { get; set; }
    }
}
