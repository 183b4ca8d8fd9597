namespace Braid.Checking.Tests.Engine;

/// <summary>A search that is stopped from outside reports what it has covered.</summary>
public sealed class InterruptTests
{
    [Fact]
    public void A_search_that_is_stopped_reports_its_progress()
    {
        using var stop = new CancellationTokenSource();
        var options = new CheckOptions
        {
            Schedules = int.MaxValue,
            Time = Timeout.InfiniteTimeSpan,
            Cancellation = stop.Token,
            Progress = new StopAfter(stop, 100),
        };
        CheckReport report = Check.Explore(ManySchedules, options);
        Assert.Equal((Verdict.Interrupted, false, true), (report.Verdict, report.Exhaustive, report.Failed));
        Assert.InRange(report.Schedules, 100, int.MaxValue);
        Assert.StartsWith(
            "interrupted: the search was stopped before its end; until then no fault was found",
            report.ToString(),
            StringComparison.Ordinal);
        Assert.Contains(" schedules in ", report.Proves, StringComparison.Ordinal);
        Assert.StartsWith("covers: 4 threads; ", report.Covers, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_is_stopped_before_it_began_is_no_pass()
    {
        CheckReport report = Check.Explore(ManySchedules, new CheckOptions { Cancellation = new CancellationToken(canceled: true) });
        Assert.Equal((Verdict.Interrupted, 0), (report.Verdict, report.Schedules));
        Assert.StartsWith("0 schedules in ", report.Proves, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_that_was_found_by_then_is_reported()
    {
        CheckReport report = Check.Explore(
            () => throw new InvalidOperationException(), new CheckOptions { Cancellation = new CancellationToken(canceled: true) });
        Assert.Equal(Verdict.AssertionFailed, report.Verdict);
        Assert.NotNull(report.Replay);
    }

    private static void ManySchedules()
    {
        object gate = new();
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                lock (gate)
                {
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private sealed class StopAfter(CancellationTokenSource stop, int schedules) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value)
        {
            if (value.Schedules >= schedules)
            {
                stop.Cancel();
            }
        }
    }
}
