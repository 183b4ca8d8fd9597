using BugZoo;

namespace Braid.Checking.Tests.Zoo;

public sealed class ZooTests
{
    public static TheoryData<string> Names => [.. BugZoo.Zoo.All.Where(entry => !entry.IsLong).Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_fault_is_found_with_its_verdict_and_its_schedule_replays(string name)
    {
        ZooEntry entry = BugZoo.Zoo.All.Single(entry => entry.Name == name);
        CheckReport report = Check.Explore(entry.Buggy.Method, new CheckOptions { Schedules = Allowed(entry), Time = Timeout.InfiniteTimeSpan });
        Assert.True(entry.Verdicts.Contains(report.Verdict.ToString()), $"expected {string.Join(" or ", entry.Verdicts)}, and this was reported:{Environment.NewLine}{report}");

        CheckReport again = Check.Explore(entry.Buggy.Method, new CheckOptions { Replay = report.Replay });
        Assert.Equal(report.Verdict, again.Verdict);
        Assert.Equal(report.Sentence, again.Sentence);
        Assert.Equal(1, again.Schedules);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_fixed_twin_passes(string name)
    {
        ZooEntry entry = BugZoo.Zoo.All.Single(entry => entry.Name == name);
        CheckReport report = Check.Explore(entry.Fixed.Method, new CheckOptions { Schedules = 1_000, Time = Timeout.InfiniteTimeSpan });
        Assert.True(report.Verdict == Verdict.Passed, report.ToString());
    }

    /// <summary>Many times the mean, so that a search as good as the published ones practically never misses the fault.</summary>
    private static int Allowed(ZooEntry entry) => Math.Max(2_000, (int)(50 * (entry.Mix ?? 1)));
}
