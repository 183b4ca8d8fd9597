using System.Runtime.ExceptionServices;
using Braid.Checking.Engine;
using Braid.Checking.Hooks;
using Braid.Checking.Linearizability;
using Braid.Checking.Reports;

namespace Braid.Checking;

/// <summary>Runs an exploration on a thread of its own, and monitors its progress.</summary>
/// <remarks>
/// The caller's thread is the watchdog. Code that the checker does not see may wait forever, and no other thread can end it; the
/// exploration's thread is then abandoned, and the caller still receives a report.
/// </remarks>
internal static class Session
{
    private const int WatchdogMilliseconds = 100;

    private static readonly TimeSpan s_stallLimit = TimeSpan.FromSeconds(5);

    // The first run also loads, rewrites and compiles what the program uses.
    private static readonly TimeSpan s_rehearsalStallLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_leaveLimit = TimeSpan.FromSeconds(1);

    public static CheckReport Explore(Func<Subject> load, CheckOptions options) =>
        Explore(load, Stated(options), (subject, options) => Search(subject, options, another: load));

    /// <summary>Searches for calls of an object that are not linearizable.</summary>
    public static CheckReport Explore(Func<Subject> load, LinearizabilityOptions options)
    {
        Validate(options);
        return Explore(load, options, static (subject, options) =>
        {
            using var check = new LinearizabilityCheck(subject, (LinearizabilityOptions)options);
            return check.Run();
        });
    }

    private static CheckReport Explore(Func<Subject> load, CheckOptions options, Func<Subject, CheckOptions, CheckReport> search)
    {
        Validate(options);
        if (ControlledThread.Current is not null)
        {
            throw new InvalidOperationException("A check was begun inside of the body of another one. Begin it outside.");
        }

        while (true)
        {
            Subject subject;
            try
            {
                subject = load();
            }
            catch (Exception e) when (e is not (ArgumentException or FormatException or InvalidOperationException or IOException))
            {
                return Narrator.Report(OwnFault.Describe(e), null, null, 0, TimeSpan.Zero, []);
            }

            try
            {
                CheckReport report = search(subject, options);
                if (report is { Verdict: not Verdict.Stuck and not Verdict.CheckerFailed })
                {
                    // Formatting the stack may load what it names, so do it now and not when the report is read.
                    _ = report.Exception?.ToString();
                    subject.Return(report.Failed);
                }

                return report;
            }
            catch (StaleSubjectException)
            {
                // Each time, at least one more method is left as it was.
            }
        }
    }

    /// <summary>The options with the rules under which the run of a replay string was made: the string states them.</summary>
    public static CheckOptions Stated(CheckOptions options) =>
        options.Replay is { } text && ScheduleString.Parse(text) is { } schedule
            ? options with
            {
                Clock = schedule.Clock,
                MemoryModel = schedule.MemoryModel,
                MaxSteps = schedule.MaxSteps ?? options.MaxSteps,
            }
            : options;

    /// <summary>Explores the body once, on a thread of its own.</summary>
    /// <param name="subject">The body.</param>
    /// <param name="options">How to search.</param>
    /// <param name="coverage">Adds up what several searches cover; null for this one alone.</param>
    /// <param name="another">Makes a further copy of the body, for another worker; null if there is to be no other.</param>
    public static CheckReport Search(Subject subject, CheckOptions options, Coverage? coverage = null, Func<Subject>? another = null)
    {
        var explorer = new Explorer(subject, options, coverage, another);
        CheckReport? report = null;
        ExceptionDispatchInfo? thrown = null;
        void Notice(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (ControlledThread.Current?.Execution is { } execution
                && (explorer.Runners.Any(runner => runner.Execution == execution) || execution == subject.Scenarios?.Model?.Execution))
            {
                execution.OnThrown(e.Exception);
            }
        }

        // Not disposed: an abandoned thread may set it much later.
        var done = new ManualResetEventSlim();
        void Explore()
        {
            try
            {
                report = explorer.Explore();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }

            done.Set();
        }

        AppDomain.CurrentDomain.FirstChanceException += Notice;
        Watched? left;
        try
        {
            new Thread(Explore, WorkerPool.CallerStackBytes + WorkerPool.SpareBytes) { IsBackground = true, Name = "braid check explorer" }
                .Start();
            left = Watch(explorer, done, options);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Notice;
        }

        if (left is not null)
        {
            explorer.Dismiss();
            subject.IsAbandoned = true;
            return Narrator.Report(
                subject.WithScenario(left.Runner.Current.Failure ?? Stuck(left)),
                null,
                null,
                explorer.Schedules + 1,
                explorer.Elapsed,
                []);
        }

        explorer.Dispose();
        if (thrown is { SourceException: not (StaleSubjectException or FormatException) and var own })
        {
            return Narrator.Report(OwnFault.Describe(own), null, null, explorer.Schedules, explorer.Elapsed, []);
        }

        thrown?.Throw();
        return report!;
    }

    /// <summary>Waits for the exploration.</summary>
    /// <returns>The worker whose thread does not return, if there is one; null if the exploration is over.</returns>
    private static Watched? Watch(Explorer explorer, ManualResetEventSlim done, CheckOptions options)
    {
        var workers = new List<Watched>();
        while (!done.Wait(WatchdogMilliseconds))
        {
            options.Progress?.Report(new CheckProgress(explorer.Schedules, explorer.Elapsed, explorer.Phase));
            foreach (Runner runner in explorer.Runners)
            {
                Watched? worker = workers.Find(known => known.Runner == runner);
                if (worker is null)
                {
                    workers.Add(worker = new Watched(runner));
                }

                if (worker.Check(StallLimit(runner, options)))
                {
                    return worker;
                }
            }
        }

        workers.ForEach(static worker => worker.Withdraw());
        return null;
    }

    /// <summary>If the search time is short, the watchdog does not wait much longer than that.</summary>
    private static TimeSpan StallLimit(Runner runner, CheckOptions options) =>
        runner.IsRehearsing ? s_rehearsalStallLimit
        : options.Time == Timeout.InfiniteTimeSpan ? s_stallLimit
        : TimeSpan.FromTicks(Math.Clamp(options.Time.Ticks, s_leaveLimit.Ticks, s_stallLimit.Ticks));

    private static Failure Stuck(Watched worker)
    {
        StandstillWatch watch = worker.Watch;
        ControlledThread? running = worker.Runner.Current.Running;
        string where = running is null
            ? "the body"
            : $"{running.Name}, after its step at {SourceMap.Where(running.Shown(running.Pending.Site))},";
        string what = watch.Running > watch.Waiting
            ? $"has used {watch.Running.TotalSeconds:F1} s of processor time in a loop without any shared access"
            : $"has waited for {watch.Waiting.TotalSeconds:F1} s in code that the checker does not see (a system call, a native library)";
        return new Failure(Verdict.Stuck, $"{where} {what}")
        {
            Sites = running is null ? [] : [running.Pending.Site],
        };
    }

    /// <summary>A worker of the search, and how long its run has made no progress.</summary>
    private sealed class Watched(Runner runner)
    {
        private bool _isAskedToLeave;      // to leave its run

        public Runner Runner { get; } = runner;

        public StandstillWatch Watch { get; } = new(() => runner.Current);

        /// <summary>Measures once more, and ends the run if it has made no progress for too long.</summary>
        /// <returns>Whether it does not leave although it was asked to.</returns>
        public bool Check(TimeSpan stallLimit)
        {
            Watch.Measure();
            if (_isAskedToLeave && !Runner.Current.Ending)
            {
                // It has left, and is in a later run.
                Withdraw();
            }

            if (_isAskedToLeave)
            {
                return Watch.Standstill > s_leaveLimit;
            }

            if (Watch.Standstill > stallLimit)
            {
                _isAskedToLeave = true;
                Runner.Current.Abandon(Stuck(this));
                Watch.Restart();
                LoopStop.Ask();
            }

            return false;
        }

        /// <summary>Called when it has left its run.</summary>
        public void Withdraw()
        {
            if (_isAskedToLeave)
            {
                _isAskedToLeave = false;
                LoopStop.Withdraw();
            }
        }
    }

    private static void Validate(LinearizabilityOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Scenarios, 1, "options.Scenarios");
        RequireWithin(options.Threads, 2, Scenario.MostThreads, "options.Threads");
        RequireWithin(options.OperationsPerThread, 1, Scenario.MostCalls, "options.OperationsPerThread");
        RequireWithin(options.OperationsBefore, 0, Scenario.MostCalls, "options.OperationsBefore");
        RequireWithin(options.OperationsAfter, 0, Scenario.MostCalls, "options.OperationsAfter");
        double orders = Scenario.Orders(options.Threads, options.OperationsPerThread);
        if (orders > Scenario.MostOrders)
        {
            throw new ArgumentOutOfRangeException(
                "options.OperationsPerThread",
                options.OperationsPerThread,
                $"{Text.Count(options.Threads, "thread")} with {Text.Count(options.OperationsPerThread, "call")} each have {orders:n0} " +
                $"orders, and a model can be tried in {Scenario.MostOrders:n0} at most. Choose fewer threads or fewer calls.");
        }

        if (options.ShrinkTime < TimeSpan.Zero && options.ShrinkTime != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                "options.ShrinkTime", options.ShrinkTime, "The time to shrink must not be negative, except for Timeout.InfiniteTimeSpan.");
        }
    }

    private static void RequireWithin(int value, int least, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }

    private static void Validate(CheckOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Schedules, 1, "options.Schedules");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSteps, 1, "options.MaxSteps");
        ArgumentOutOfRangeException.ThrowIfNegative(options.Preemptions, "options.Preemptions");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Processors ?? 1, 1, "options.Processors");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers ?? 1, 1, "options.Workers");
        if (options.Time <= TimeSpan.Zero && options.Time != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                "options.Time", options.Time, "The time to search must be positive, or Timeout.InfiniteTimeSpan.");
        }
    }
}
