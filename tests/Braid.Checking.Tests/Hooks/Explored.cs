namespace Braid.Checking.Tests.Hooks;

/// <summary>Checks of small bodies.</summary>
internal static class Explored
{
    private static readonly CheckOptions s_few = new() { Schedules = 300, Time = Timeout.InfiniteTimeSpan };

    /// <summary>No schedule fails.</summary>
    public static void Holds(Action body, ClockMode clock = ClockMode.Quiescent)
    {
        CheckReport report = Check.Explore(body, s_few with { Clock = clock });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    /// <summary>As the other, for a body that is asynchronous.</summary>
    public static void Holds(Func<Task> body, ClockMode clock = ClockMode.Quiescent)
    {
        CheckReport report = Check.Explore(body, s_few with { Clock = clock });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    /// <summary>As the other, for a body that is asynchronous.</summary>
    public static void Runs(Func<Task> body)
    {
        CheckReport report = Check.Explore(body, s_few);
        Assert.True(report.Verdict is Verdict.NothingChecked or Verdict.Passed, report.ToString());
    }

    /// <summary>As the other, for a body that is asynchronous.</summary>
    public static CheckReport Fails(Verdict verdict, Func<Task> body, ClockMode clock = ClockMode.Quiescent)
    {
        CheckReport report = Check.Explore(body, s_few with { Schedules = 3_000, Clock = clock });
        Assert.True(report.Verdict == verdict, report.ToString());
        return report;
    }

    /// <summary>A body with one thread does not fail: its calls behave as they do outside of the checker.</summary>
    public static void Runs(Action body)
    {
        CheckReport report = Check.Explore(body, s_few);
        Assert.True(report.Verdict == Verdict.NothingChecked, report.ToString());
    }

    /// <summary>Some schedule fails with this verdict.</summary>
    public static CheckReport Fails(Verdict verdict, Action body, ClockMode clock = ClockMode.Quiescent)
    {
        CheckReport report = Check.Explore(body, s_few with { Schedules = 3_000, Clock = clock });
        Assert.True(report.Verdict == verdict, report.ToString());
        return report;
    }
}
