using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

public sealed class MixTests
{
    [Theory]
    [InlineData("balance", 3)]
    [InlineData("bluetooth", 73)]
    [InlineData("if instead of while", 420)]
    public void It_ends_when_its_search_has_run_all_schedules(string program, int schedules)
    {
        var mix = new Mix(1, int.MaxValue);
        int runs = ModelSearch.Runs(Programs.Named(program), new InBatches(mix)).Count();
        Assert.True(mix.Search.Exhausted);
        Assert.Equal(schedules, mix.Search.Runs);
        Assert.InRange(runs, schedules, 9 * schedules);
    }

    [Fact]
    public void It_continues_if_the_bound_excluded_schedules()
    {
        var mix = new Mix(1, 0);
        Assert.Equal(500, ModelSearch.Runs(Programs.Named("wrong lock"), new InBatches(mix), most: 500).Count());
        Assert.Equal((0, false), (mix.Search.CompleteUpTo, mix.Search.Exhausted));
    }

    [Fact]
    public void Its_search_gets_one_run_in_five_at_first_and_one_in_eight_later()
    {
        var mix = new Mix(1, int.MaxValue);
        var batches = new InBatches(mix);
        Assert.Equal(1_000, ModelSearch.Runs(Programs.Named("philosophers 3"), batches, most: 1_000).Count());
        Assert.Equal(200, mix.Search.Runs);
        Assert.Equal(800, ModelSearch.Runs(Programs.Named("philosophers 3"), batches, most: 800).Count());
        Assert.Equal(300, mix.Search.Runs);
    }

    [Fact]
    public void New_points_seen_by_a_random_member_restart_the_search()
    {
        var mix = new Mix(1, int.MaxValue);
        var batches = new InBatches(mix);
        batches.Begin(0);
        batches.End(Model.Run(Programs.Named("abba"), batches).Summary);
        Assert.Equal(1, mix.Search.Runs);
        batches.Begin(1);
        batches.End(Model.Run(Programs.Named("abba"), batches).Summary with { NewPoints = true });
        Assert.Equal(0, mix.Search.Runs);
        for (int run = 2; run <= 5; run++)
        {
            batches.Begin(run);
            batches.End(Model.Run(Programs.Named("wrong lock"), batches).Summary);
        }

        Assert.Equal(1, mix.Search.Runs);
    }

    [Theory]
    [InlineData("abba", 3.2)]
    [InlineData("account", 5.9)]
    [InlineData("token ring", 6.6)]
    [InlineData("reorder 3", 17)]
    [InlineData("balance", 3.5)]
    [InlineData("string buffer", 7.1)]
    [InlineData("lost wake-up", 7.9)]
    public void It_is_at_most_three_times_slower_than_a_mix_of_others(string program, double expected) =>
        Assert.InRange(
            Enumerable.Range(1, 20)
                .Average(seed => ModelSearch.SchedulesToFailure(Programs.Named(program), new InBatches(new Mix((ulong)seed, 2)))),
            1,
            3 * expected);
}
