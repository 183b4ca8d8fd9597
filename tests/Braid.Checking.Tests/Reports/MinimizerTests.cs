using Braid.Checking.Engine;
using Braid.Checking.Reports;
using Braid.Checking.Strategies;
using Braid.Checking.Tests.Strategies;

namespace Braid.Checking.Tests.Reports;

public sealed class MinimizerTests
{
    [Theory]
    [InlineData("abba")]
    [InlineData("reorder 3")]
    [InlineData("reorder 5")]
    [InlineData("philosophers 3")]
    [InlineData("balance")]
    [InlineData("string buffer")]
    [InlineData("lost wake-up")]
    [InlineData("bluetooth")]
    [InlineData("wrong lock")]
    [InlineData("double-checked publish")]
    public void A_long_schedule_becomes_about_as_short_as_the_shortest(string program)
    {
        int fewest = Fewest(program);
        for (ulong seed = 1; seed <= 10; seed++)
        {
            ModelResult failing = ModelSearch.FirstFailure(Programs.Named(program), new Pos(seed));
            var minimizer = Make(program, 500);
            IReadOnlyList<ScheduleLog.Override> shortened = minimizer.Shorten(failing.Overrides);
            Assert.True(Run(program, shortened).Failed);
            Assert.InRange(shortened.Count, 0, Math.Min(fewest + 1, failing.Overrides.Count));
            Assert.InRange(minimizer.Tries, 1, 500);
        }
    }

    [Fact]
    public void The_result_is_the_same_each_time()
    {
        ModelResult failing = ModelSearch.FirstFailure(Programs.Named("reorder 5"), new Pos(3));
        Assert.Equal(Make("reorder 5", 500).Shorten(failing.Overrides), Make("reorder 5", 500).Shorten(failing.Overrides));
    }

    [Fact]
    public void It_keeps_its_limit_of_runs()
    {
        ModelResult failing = ModelSearch.FirstFailure(Programs.Named("reorder 5"), new Pos(3));
        var minimizer = Make("reorder 5", 4);
        IReadOnlyList<ScheduleLog.Override> shortened = minimizer.Shorten(failing.Overrides);
        Assert.Equal(4, minimizer.Tries);
        Assert.True(Run("reorder 5", shortened).Failed);
    }

    [Fact]
    public void It_keeps_its_time_limit()
    {
        var clock = new SteppingClock();
        ModelResult failing = ModelSearch.FirstFailure(Programs.Named("reorder 5"), new Pos(3));
        var minimizer = new Minimizer(Trial("reorder 5"), 500, TimeSpan.FromSeconds(5), clock);
        minimizer.Shorten(failing.Overrides);
        Assert.InRange(minimizer.Tries, 1, 5);
    }

    [Fact]
    public void A_schedule_that_does_not_fail_again_is_returned_unchanged()
    {
        ScheduleLog.Override[] overrides = [new(1, 1, 0)];
        var minimizer = new Minimizer(NeverFails, 500, TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Same(overrides, minimizer.Shorten(overrides));
        Assert.Equal(1, minimizer.Tries);

        static bool NeverFails(IStrategy strategy, out TrialRun run)
        {
            run = new TrialRun([], 0, 0, default);
            return false;
        }
    }

    /// <summary>
    /// A schedule that shows a fault by a long detour is far from the one that shows it at once: only the search at the end finds that.
    /// </summary>
    [Theory]
    [InlineData("abba")]
    [InlineData("reorder 3")]
    [InlineData("philosophers 3")]
    [InlineData("balance")]
    [InlineData("string buffer")]
    [InlineData("lost wake-up")]
    [InlineData("bluetooth")]
    [InlineData("wrong lock")]
    public void No_schedule_has_fewer_preemptions(string program)
    {
        int least = ModelSearch.FirstFailure(Programs.Named(program), new BoundedSearch(int.MaxValue)).Preemptions;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var minimizer = Make(program, 500);
            IReadOnlyList<ScheduleLog.Override> shortened =
                minimizer.Shorten(ModelSearch.FirstFailure(Programs.Named(program), new Pos(seed)).Overrides);
            Assert.Equal((least, true), (minimizer.Preemptions, minimizer.IsLeast));
            Assert.Equal(least, Run(program, shortened).Preemptions);
        }
    }

    [Fact]
    public void It_claims_nothing_without_runs_for_schedules_with_fewer_preemptions()
    {
        var minimizer = Make("reorder 5", 30);
        minimizer.Shorten(ModelSearch.FirstFailure(Programs.Named("reorder 5"), new Pos(3)).Overrides);
        Assert.True(minimizer.Preemptions > 0);
        Assert.False(minimizer.IsLeast);
    }

    /// <summary>The fewest overrides of any failing schedule with as few preemptions as there are.</summary>
    private static int Fewest(string program) =>
        ModelSearch.Runs(Programs.Named(program), new BoundedSearch(2), most: 20_000)
            .Where(run => run.Failed)
            .Min(run => run.Overrides.Count);

    private static Minimizer Make(string program, int tries) => new(Trial(program), tries, TimeSpan.FromMinutes(1), TimeProvider.System);

    private static ScheduleTrial Trial(string program)
    {
        return Try;

        bool Try(IStrategy strategy, out TrialRun run)
        {
            ModelResult result = Model.Run(Programs.Named(program), strategy);
            run = new TrialRun(result.Overrides, result.Preemptions, result.Switches, result.Summary);
            return result.Failed;
        }
    }

    private static ModelResult Run(string program, IReadOnlyList<ScheduleLog.Override> overrides) =>
        ModelSearch.Runs(Programs.Named(program), new TolerantReplay(overrides)).Single();

    /// <summary>A second passes between any two reads of it.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
