using Braid.Checking.Strategies;

namespace Braid.Checking.Tests.Strategies;

/// <summary>Parts of a batch do not depend on each other, and in no order of theirs is a schedule lost or run twice.</summary>
public sealed class BatchTests
{
    [Theory]
    [InlineData("account", 28)]
    [InlineData("abba", 46)]
    [InlineData("token ring", 280)]
    [InlineData("reorder 3", 2_770)]
    [InlineData("wrong lock", 741)]
    [InlineData("if instead of while", 420)]
    public void A_bounded_search_in_batches_runs_all_schedules_and_none_twice(string program, int schedules)
    {
        foreach (int most in new[] { 2, 7, 64, 256 })
        {
            var search = new BoundedSearch(int.MaxValue);
            ModelResult[] runs = [.. ModelSearch.Runs(Programs.Named(program), new InBatches(search, most))];
            Assert.Equal(schedules, runs.Length);
            Assert.Equal(schedules, runs.Select(run => run.Trace).Distinct().Count());
            Assert.Equal(runs.Select(run => run.Preemptions).Order(), runs.Select(run => run.Preemptions));
            Assert.True(search.Exhausted);
            Assert.Equal((schedules, schedules), (search.Runs, search.CompleteRuns));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    public void The_parts_of_a_batch_may_be_run_in_any_order(int most)
    {
        string[] Traces(bool backwards)
        {
            var search = new BoundedSearch(int.MaxValue);
            List<string> traces = [];
            for (IReadOnlyList<BatchPart> parts = search.Next(most); parts.Count > 0; parts = search.Next(most))
            {
                List<string>[] ofParts = [.. parts.Select(_ => new List<string>())];
                for (int i = 0; i < parts.Count; i++)
                {
                    int part = backwards ? parts.Count - 1 - i : i;
                    for (int run = 0; run < parts[part].Count && parts[part].Strategy.Begin(run); run++)
                    {
                        ModelResult result = Model.Run(Programs.Named("wrong lock"), parts[part].Strategy);
                        parts[part].Strategy.End(result.Summary);
                        ofParts[part].Add(result.Trace);
                    }
                }

                traces.AddRange(ofParts.SelectMany(part => part));
                search.Learn();
            }

            return [.. traces];
        }

        string[] forwards = Traces(backwards: false);
        Assert.Equal(741, forwards.Distinct().Count());
        Assert.Equal(forwards, Traces(backwards: true));
    }

    [Fact]
    public void A_bound_ends_a_search_in_batches_where_it_ends_one_without()
    {
        var search = new BoundedSearch(1);
        int within = ModelSearch.Runs(Programs.Named("wrong lock"), new BoundedSearch(int.MaxValue)).Count(run => run.Preemptions <= 1);
        Assert.Equal(within, ModelSearch.Runs(Programs.Named("wrong lock"), new InBatches(search, 32)).Count());
        Assert.Equal((within, 1, false), (search.CompleteRuns, search.CompleteUpTo, search.Exhausted));
    }

    [Fact]
    public void New_points_in_a_batch_restart_the_search()
    {
        var search = new BoundedSearch(int.MaxValue);
        var batches = new InBatches(search, 64);
        Assert.Equal(300, ModelSearch.Runs(Programs.Named("wrong lock"), batches, most: 300).Count());
        batches.Begin(300);
        batches.End(Model.Run(Programs.Named("wrong lock"), batches).Summary with { NewPoints = true });
        Assert.Equal((-1, 0), (search.CompleteUpTo, search.Runs));
        Assert.Equal(741, ModelSearch.Runs(Programs.Named("wrong lock"), batches).Select(run => run.Trace).Distinct().Count());
    }

    [Theory]
    [InlineData("sticky random")]
    [InlineData("pos")]
    public void A_sampler_that_learns_nothing_runs_the_same_schedules_in_batches(string name)
    {
        ISampler Make() => name == "pos" ? new Pos(7) : new StickyRandom(7);
        string[] one = [.. ModelSearch.Runs(Programs.Named("wrong lock"), Make(), most: 500).Select(run => run.Trace)];
        string[] batches =
        [
            .. ModelSearch.Runs(Programs.Named("wrong lock"), new InBatches(new Sampling(Make()), 77), most: 500)
                .Select(run => run.Trace),
        ];
        Assert.Equal(one, batches);
    }

    [Fact]
    public void Pct_learns_from_a_batch_how_long_runs_are()
    {
        var batches = new InBatches(new Sampling(new Pct(1)), 64);
        Assert.Equal(64, ModelSearch.Runs(Programs.Named("wrong lock"), batches, most: 64).Count());
        Assert.Contains(ModelSearch.Runs(Programs.Named("wrong lock"), batches, most: 64).Take(4), run => run.Preemptions > 0);
    }

    [Fact]
    public void Urw_learns_from_a_batch_how_many_steps_threads_have()
    {
        // Those that have learnt choose otherwise than those that have not.
        var lead = new Urw(1);
        var batches = new InBatches(new Sampling(lead), 64);
        Assert.Equal(64, ModelSearch.Runs(Programs.Named("wrong lock"), batches, most: 64).Count());
        string[] learnt = [.. ModelSearch.Runs(Programs.Named("wrong lock"), lead.Fork(), most: 20).Select(run => run.Trace)];
        string[] fresh = [.. ModelSearch.Runs(Programs.Named("wrong lock"), new Urw(1).Fork(), most: 1).Select(run => run.Trace)];
        Assert.NotEqual(fresh[0], learnt[0]);
    }

    [Fact]
    public void A_mix_in_batches_ends_when_its_search_has_run_all_schedules()
    {
        var mix = new Mix(1, int.MaxValue);
        ModelResult[] runs = [.. ModelSearch.Runs(Programs.Named("if instead of while"), new InBatches(mix, 64))];
        Assert.True(mix.Search.Exhausted);
        Assert.Equal(420, mix.Search.Runs);
        Assert.InRange(runs.Length, 420, 9 * 420);
        Assert.Equal(runs.Length, mix.Search.Runs + mix.RandomRuns);
    }
}
