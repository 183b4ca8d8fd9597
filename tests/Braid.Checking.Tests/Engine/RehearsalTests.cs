namespace Braid.Checking.Tests.Engine;

/// <summary>Runs that differ although the choices were the same.</summary>
public sealed class RehearsalTests
{
    private const string Key = $"{nameof(RehearsalTests)}.Runs";

    [Fact]
    public void State_that_a_first_run_leaves_behind_is_no_obstacle()
    {
        AppContext.SetData(Key, null);
        CheckReport report = Check.Explore(() => LockOften(Count() < 2 ? 3 : 1), new CheckOptions { Schedules = 50 });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    [Fact]
    public void A_replay_succeeds_in_a_process_that_has_not_run_the_body_before()
    {
        AppContext.SetData(Key, null);
        CheckReport report = Check.Explore(static () => LoseUpdate(), new CheckOptions { Schedules = 500 });
        Assert.Equal(Verdict.LostUpdate, report.Verdict);
        AppContext.SetData(Key, null);
        CheckReport again = Check.Explore(static () => LoseUpdate(), new CheckOptions { Replay = report.Replay });
        Assert.Equal((report.Verdict, report.Sentence), (again.Verdict, again.Sentence));
    }

    [Fact]
    public void The_step_that_differs_from_run_to_run_is_named()
    {
        AppContext.SetData(Key, null);
        CheckReport report = Check.Explore(() =>
        {
            var counted = new Counted { Runs = Count() };
            var other = new Thread(() => Volatile.Read(ref counted.Runs));
            other.Start();
            LockOften(counted.Runs);
            other.Join();
        });
        Assert.Equal(Verdict.Nondeterministic, report.Verdict);
        Assert.Matches(
            @"after \d+ equal steps? main writes Counted.Runs = \d+ at RehearsalTests.cs:\d+ in one run, and " +
            @"main writes Counted.Runs = \d+ at RehearsalTests.cs:\d+ in the other",
            report.Sentence);
    }

    private static void LoseUpdate()
    {
        LockOften(Count() < 2 ? 3 : 1);
        int sum = 0;
        var other = new Thread(() => sum++);
        other.Start();
        sum++;
        other.Join();
    }

    private static void LockOften(int times)
    {
        object gate = new();
        var other = new Thread(() =>
        {
            lock (gate)
            {
            }
        });
        other.Start();
        for (int i = 0; i < times; i++)
        {
            lock (gate)
            {
            }
        }

        other.Join();
    }

    /// <summary>How often it was called in this process, whose state is out of control.</summary>
    private static int Count()
    {
        int before = AppContext.GetData(Key) is int count ? count : 0;
        AppContext.SetData(Key, before + 1);
        return before + 1;
    }

    private sealed class Counted
    {
        public int Runs;
    }
}
