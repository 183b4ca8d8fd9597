using Braid.Checking.Reports;
using Braid.Checking.Testing;

namespace Braid.Checking.Tests;

/// <summary>Schedules that have failed before are run first, in later builds too.</summary>
public sealed class EarlierScheduleTests
{
    [Fact]
    public void An_earlier_schedule_of_another_build_is_run_before_the_search()
    {
        var one = new CheckOptions { Schedules = 1 };
        string schedule = Check.Explore(Cross).Replay!;
        Assert.Equal(Verdict.Passed, Check.Explore(Cross, one).Verdict);

        ScheduleString ofAnotherBuild = ScheduleString.Parse(schedule) with { Fingerprint = 1 };
        CheckReport again = Check.Explore(Cross, one with { Earlier = [ofAnotherBuild] });
        Assert.Equal((Verdict.Deadlock, 1), (again.Verdict, again.Schedules));
        Assert.Contains("a schedule that had failed before was run first, and fails again", again.Notes);
        Assert.Equal(Verdict.Deadlock, Check.Explore(Cross, new CheckOptions { Replay = again.Replay }).Verdict);
    }

    [Fact]
    public void An_earlier_schedule_of_a_fixed_fault_is_harmless()
    {
        ScheduleString schedule = ScheduleString.Parse(Check.Explore(Cross).Replay!);
        CheckReport mended = Check.Explore(Nest, new CheckOptions { Earlier = [schedule] });
        Assert.True(mended.Exhaustive, mended.ToString());
        Assert.Empty(mended.Notes);
    }

    [Fact]
    public void The_file_keeps_the_newest_of_each_test_and_skips_unreadable_lines()
    {
        string file = Path.GetTempFileName();
        try
        {
            string schedule = Check.Explore(Cross).Replay!;
            File.WriteAllLines(file, ["# a comment", "b9.unknown Bank.Cross", "nothing", $"{schedule} Bank.Cross(1, \"a b\")"]);
            var kept = new FailingSchedules(file);
            Assert.Empty(kept.Of("Bank.Cross"));
            Assert.Equal(schedule, Assert.Single(kept.Of("Bank.Cross(1, \"a b\")")).ToString());

            for (int i = 1; i <= 6; i++)
            {
                kept.Add("Bank.Cross", (ScheduleString.Parse(schedule) with { Choices = i }).ToString());
            }

            kept.Add("Bank.Cross", kept.Of("Bank.Cross")[1].ToString());
            var read = new FailingSchedules(file);
            Assert.Equal([6, 5, 4, 3], read.Of("Bank.Cross").Select(static one => one.Choices));
            Assert.Single(read.Of("Bank.Cross(1, \"a b\")"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Cross()
    {
        object one = new(), two = new();
        Run(() => Take(one, two), () => Take(two, one));
    }

    private static void Nest()
    {
        object one = new(), two = new();
        Run(() => Take(one, two), () => Take(one, two));
    }

    private static void Take(object first, object second)
    {
        lock (first)
        {
            lock (second)
            {
            }
        }
    }

    private static void Run(ThreadStart first, Action second)
    {
        var thread = new Thread(first);
        thread.Start();
        second();
        thread.Join();
    }
}
