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
        CheckReport report = Check.Explore(
            entry.Buggy.Method, new CheckOptions { Schedules = Allowed(entry), Time = Timeout.InfiniteTimeSpan });
        Assert.True(
            entry.Verdicts.Contains(report.Verdict.ToString()),
            $"expected {string.Join(" or ", entry.Verdicts)}, and this was reported:{Environment.NewLine}{report}");

        CheckReport again = Check.Explore(entry.Buggy.Method, new CheckOptions { Replay = report.Replay });
        Assert.Equal(report.Verdict, again.Verdict);
        Assert.Equal(report.Sentence, again.Sentence);
        Assert.Equal(1, again.Schedules);
    }

    /// <summary>A bounded search finds a fault with the fewest preemptions first; the others are to be shortened to as few.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_schedule_shown_has_the_fewest_preemptions_whichever_strategy_found_it(string name)
    {
        ZooEntry entry = BugZoo.Zoo.All.Single(entry => entry.Name == name);
        CheckOptions options = new() { Schedules = Allowed(entry), Time = Timeout.InfiniteTimeSpan, Preemptions = int.MaxValue };
        CheckReport first = Check.Explore(entry.Buggy.Method, options with { Strategy = SearchStrategy.Bounded });
        foreach (SearchStrategy strategy in new[] { SearchStrategy.Random, SearchStrategy.Pct, SearchStrategy.Mix })
        {
            CheckReport report = Check.Explore(entry.Buggy.Method, options with { Strategy = strategy });
            if (first.Key is not null && report.Key == first.Key)
            {
                Assert.True(
                    report.Preemptions <= first.Preemptions, $"{strategy} shows {report.Preemptions}, not {first.Preemptions}: {report}");
            }
        }
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
